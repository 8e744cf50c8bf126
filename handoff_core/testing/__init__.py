"""Sample packets and contract suites, public and versioned, for whoever writes a connector or a mapping."""
