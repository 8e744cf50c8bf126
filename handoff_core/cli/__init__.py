"""The command line. ``main`` is the entry point; one file a command or a small family."""
