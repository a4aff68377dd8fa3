"""What is told of each behaviour that is heard; importing a module here makes its listeners known."""

from sim.tracing.telling import care, decisions, errors, flow, leading, voice

__all__ = ["care", "decisions", "errors", "flow", "leading", "voice"]
