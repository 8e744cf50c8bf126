"""Pure mappings: a packet becomes the payload of each remote record. No clock, socket, file, database or SDK."""
