"""The workshop: a page on which a room predicts, sees, and learns why."""
