"""What the generated parts of the pages say, one module a subject."""
