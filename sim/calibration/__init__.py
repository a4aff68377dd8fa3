"""Calibration: levels that make virtual observers see what studies saw, and how sure they are."""
