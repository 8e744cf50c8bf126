"""Benchmarks: each compares two sides in one run and has its check of correctness beside it. Run `make bench`."""
