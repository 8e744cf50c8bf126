"""When a conversation should go to a person: signals, weighed turn by turn into a verdict with its reasons."""
