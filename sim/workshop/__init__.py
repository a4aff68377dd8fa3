"""A workshop: a room predicts, sees, and learns why, on one page with or without a server."""
