"""The ledger: the only code that touches the database."""
