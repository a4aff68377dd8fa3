"""Mechanisms as wholes: switches, metamorphic relations, and the rule of no shortcuts."""
