"""Delivery: due deliveries become remote records, one each, whatever fails when."""
