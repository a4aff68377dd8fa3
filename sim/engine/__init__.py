"""The tick in order, its two drivers, overrides, and the record of a run."""

from sim.engine.record import RunRecord
from sim.engine.running import DRIVERS, is_warm, run_once

__all__ = ["DRIVERS", "RunRecord", "is_warm", "run_once"]
