"""Adoption: a scenario made from a small table of wards, and what the model shows beside that table."""

from sim.adoption.columns import COLUMNS, template
from sim.adoption.reading import read_table
from sim.adoption.table import AdoptionError, WardRow, WardTable
from sim.adoption.writing import scenario_text

__all__ = ["COLUMNS", "AdoptionError", "WardRow", "WardTable", "read_table", "scenario_text", "template"]
