"""A claim that nobody made, on the smallest hospital, to test with."""

import shutil
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

CLAIM = """
id = "X1"
title = "More beds, shorter waits"
claim = "A ward with more beds has shorter waits."
passage = "nobody said so"
scenario = "small.toml"
years = 0.1
replications = 3
seed = 5
supported_if = "Waits are shorter by more than a tenth."
refuted_by = "Waits that are not shorter by a tenth."

[arms.few]
title = "Six beds"
changes = { "wards.six_beds.beds" = 6 }

[arms.some]
title = "Seven beds"
changes = { "wards.six_beds.beds" = 7 }

[arms.many]
title = "Nine beds"
changes = { "wards.six_beds.beds" = 9 }

[[tests]]
title = "Shorter waits"
form = "difference"
outcome = "wait"
sign = "below"
margin = 0.1
arm = "many"
reference = "few"

[[tests]]
title = "Waits fall with each bed"
form = "trend"
role = "report"
outcome = "wait"
sign = "below"
margin = 0.1
arms = ["few", "some", "many"]

[fails_at]
changes = { "wards.six_beds.arrivals_per_day" = 0.05 }
why = "Where hardly anybody comes nobody waits."
"""


def written(folder: Path, *exchanges: tuple[str, str], name: str = "mine.toml") -> Path:
    """The file of the claim in a folder, beside its scenario, with some of its text exchanged."""
    text = CLAIM
    for old, new in exchanges:
        assert old in text
        text = text.replace(old, new)
    shutil.copy(ROOT / "scenarios" / "small.toml", folder / "small.toml")
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def example(form: str, **fields: Any) -> Any:
    """A test of a claim, unchecked against any arms."""
    from sim.experiment.claims import FORMS

    usual: dict[str, Any] = {"title": "one", "form": form, "outcome": "wait", "margin": 0.1}
    if form == "crossing":
        del usual["margin"]
    elif form != "interior_minimum":
        usual["sign"] = "below"
    usual |= fields
    if "points" in fields:
        del usual["margin"]
    return FORMS[form].model_validate(usual)
