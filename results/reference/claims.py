"""Make the verdicts on the claims anew: `uv run python results/reference/claims.py`.

Runs each claim over the posterior, one after the other, and keeps each in a folder of its own as `microsystem claims
NAME --posterior --out results/reference/claims/NAME` would. A claim that is kept already is left: delete its folder to
run it again. All thirteen take about an hour on two cores.
"""

from pathlib import Path

from sim.analysis.claims import carry_out, measures, planned
from sim.experiment.claims import find, load_claim, shipped
from sim.experiment.draws import draws_if
from sim.report.saving import save_claims

KEPT = Path(__file__).resolve().parent / "claims"


def make(name: str) -> None:
    """Run one claim, and keep what came of it."""
    claim = load_claim(find(name), measures())
    settled = planned(claim, draws=draws_if(True))
    found = carry_out(settled, claim, at_failing_point=False)
    save_claims([found], KEPT / name, ["microsystem", "claims", name, "--posterior"])
    print(f"{claim.statement.id}: {found.told}", flush=True)


if __name__ == "__main__":
    for name in shipped():
        if not (KEPT / name).exists():
            make(name)
