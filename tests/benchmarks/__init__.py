"""Tests of what the model is measured against."""
