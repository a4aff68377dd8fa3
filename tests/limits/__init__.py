"""Limit cases: with mechanisms off, each part is a textbook model and must match it."""
