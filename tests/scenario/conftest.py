"""Scenario files to break: a small valid one, and a folder to write others in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario import Scenario, ScenarioError, load

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture
def small() -> Scenario:
    """The six-bed ward that ships."""
    return load(SCENARIOS / "small.toml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder called scenarios that holds a copy of small.toml."""
    home = tmp_path / "scenarios"
    home.mkdir()
    (home / "small.toml").write_text((SCENARIOS / "small.toml").read_text(encoding="utf-8"), encoding="utf-8")
    return home


@pytest.fixture
def written(folder: Path) -> Callable[[str], Path]:
    """Writes text to a file in the folder."""

    def write(text: str, name: str = "mine.toml") -> Path:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.fixture
def refusal(written: Callable[[str], Path]) -> Callable[[str], str]:
    """The message with which a file of the given text is refused."""

    def message(text: str) -> str:
        with pytest.raises(ScenarioError) as caught:
            load(written(text))
        return str(caught.value)

    return message
