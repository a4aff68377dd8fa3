"""What a ward-year costs from ten wards to the size of England: time, memory, threads, and what a sweep stores.

    uv run python benchmarks/scaling.py [--repetitions N] [--trusts N] [--write]

Time is that of cores, as the system counts it for a process, so that waiting for a core costs nothing. Each size runs
between two single trusts and is held against their mean, again and again: a machine that others slow for a while is
seen, and slows all alike. All sizes run the same days, a quarter of a year from empty beds. The trusts of the larger
sizes are shared out among the turns; each is run once, and what is kept of all of them stays in memory, as it does in
`microsystem run`. One trust for a whole year says what a ward-year costs. Two threads are held against one by the
clock.

England. All of scenarios/england.toml, a year and its warm-up, on two threads.

Memory. Peaks of processes of their own: one hospital each, and England after so many trusts.

What a sweep stores. A few shards of each of three hospitals, cut as in a sweep of very many runs.

`--write` keeps it all in results/scaling.json, draws results/scaling.png and .svg, and writes the table in README.md
from that. `--trusts` makes England smaller, to try things out.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.markdown import Markdown

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import sim  # noqa: E402
from benchmarks.scaling_report import FIGURE, README, RESULTS, figure, in_words, with_words  # noqa: E402
from benchmarks.speed import machine, reference_loop, seconds  # noqa: E402
from sim.analysis.results import Results, interval  # noqa: E402
from sim.engine.hospital_state import build_state  # noqa: E402
from sim.engine.record import RunRecord  # noqa: E402
from sim.experiment.design_files import design_from  # noqa: E402
from sim.experiment.identity import model_version  # noqa: E402
from sim.experiment.replications import MOST_REPLICATIONS, carry_out, compile_kernel, plan  # noqa: E402
from sim.experiment.store import block_size  # noqa: E402
from sim.report.figures import save_figure  # noqa: E402
from sim.report.provenance import commit  # noqa: E402
from sim.scenario import Scenario, from_mapping, load, with_changes  # noqa: E402
from sim.state.vocabulary import DAYS_PER_YEAR  # noqa: E402

SCENARIOS = ROOT / "scenarios"
TEN = 10
FEW, SOME = 4, 34  # trusts, of 29 wards each: about a hundred wards and a thousand
THREADS = 2
WARM_UP_DAYS, DAYS = 28, 63  # of all that is repeated
REFERENCE_STEPS = 5_000_000
RECORD = ("true", "observed", "staffing", "series", "funnel", "staff")
STORED = {"one ward": "one_ward.toml", "four wards": "baseline.toml", "a trust of 29 wards": "england.toml"}
SHARDS = 2  # of each, as they are cut in a sweep of the most replications that there can be
ONE_OUTCOME = {"outcomes": ["preventable_events"], "series": False}

console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)


@dataclass
class Size:
    """So many wards in one way of running them.

    Attributes:
        how: ``one hospital`` or ``trust by trust``.
        wards, beds: in all.
        cost: seconds of a core in a turn, for each ward.
        to_one_trust: what a ward cost in each turn, as a multiple of what one of a single trust did just then.
    """

    how: str
    wards: int
    beds: int
    cost: Callable[[int], float]
    to_one_trust: list[float] = field(default_factory=list)

    def content(self) -> dict[str, Any]:
        """As it is kept."""
        return {"how": self.how, "wards": self.wards, "beds": self.beds, "to_one_trust": summary(self.to_one_trust)}


class Trusts:
    """Trusts that are run one after another, each once and a share of them in each turn; their records stay."""

    def __init__(self, trust: Scenario, number: int, turns: int):
        self.trust, self.number = trust, number
        self.shares = [range(number * turn // turns, number * (turn + 1) // turns) for turn in range(turns)]
        self.records: list[RunRecord] = []

    def run(self, turn: int) -> float:
        """Seconds of a core for each ward of a share."""
        share = self.shares[turn]
        planned = plan(self.trust, seed=self.trust.run.seed + share.start, reps=len(share), threads=1)
        taken = core_seconds(lambda: self.records.extend(carry_out(planned, self.trust)))
        return taken / (len(share) * len(self.trust.wards))


def beds_of(scenario: Scenario) -> int:
    return sum(ward.beds for ward in scenario.wards.values())


def part_of(trust: Scenario, wards: int) -> Scenario:
    """A hospital of so many of the trust's wards, evenly picked, with the divisions that these are in."""
    content = trust.model_dump(mode="json", exclude_none=True)
    names = list(trust.wards)
    picked = [names[k * len(names) // wards] for k in range(wards)]
    divisions = {trust.wards[name].division for name in picked}
    return from_mapping(
        content
        | {"wards": {name: content["wards"][name] for name in picked}}
        | {"divisions": {name: each for name, each in content["divisions"].items() if name in divisions}}
    )


def hospital_of(trust: Scenario, times: int) -> Scenario:
    """One hospital with all wards and divisions of the trust, so many times over."""
    content = trust.model_dump(mode="json", exclude_none=True)
    divisions, wards = {}, {}
    for k in range(1, times + 1):
        divisions |= {f"{name}_{k}": each for name, each in content["divisions"].items()}
        for name, ward in content["wards"].items():
            wards[f"{name}_of_{k}"] = {**ward, "division": f"{ward['division']}_{k}"}
    return from_mapping({**content, "divisions": divisions, "wards": wards})


class Took(NamedTuple):
    """What replications took by the clock, what of a core for each ward, and the digest of all."""

    seconds: float
    core_seconds_of_ward: float
    digest: str


def run_of(scenario: Scenario, trusts: int = 1, threads: int = 1) -> Took:
    """Run so many replications."""
    planned = plan(scenario, reps=trusts, threads=threads)
    used, began = time.process_time(), time.perf_counter()
    records = carry_out(planned, scenario)
    took, used = time.perf_counter() - began, time.process_time() - used
    return Took(took, used / (trusts * len(scenario.wards)), Results(scenario, records).digest())


def core_seconds(work: Callable[[], Any]) -> float:
    """What all threads of this process take of cores for some work."""
    began = time.process_time()
    work()
    return time.process_time() - began


def measure(trust: Scenario, turns: int, trusts: int) -> dict[str, Any]:
    """Time by size, each between two single trusts.

    Raises:
        SystemExit: two threads gave other results than one, or the same trusts others than before.
    """
    short = with_changes(trust, {"run.years": DAYS / DAYS_PER_YEAR, "run.warm_up_days": WARM_UP_DAYS})
    ten, large = part_of(short, TEN), hospital_of(short, FEW)
    some, england = Trusts(short, min(SOME, trusts), turns), Trusts(short, trusts, turns)
    four: dict[int, list[Took]] = {1: [], THREADS: []}

    def four_trusts(threads: int) -> float:
        four[threads].append(run_of(short, FEW, threads))
        return four[threads][-1].core_seconds_of_ward

    def by_trusts(number: int, cost: Callable[[int], float]) -> Size:
        return Size("trust by trust", number * len(short.wards), number * beds_of(short), cost)

    def as_one(hospital: Scenario) -> Size:
        return Size(
            "one hospital", len(hospital.wards), beds_of(hospital), lambda turn: run_of(hospital).core_seconds_of_ward
        )

    sizes = {
        "ten": as_one(ten),
        "few": by_trusts(FEW, lambda turn: four_trusts(1)),
        "few_on_threads": by_trusts(FEW, lambda turn: four_trusts(THREADS)),
        "large": as_one(large),
        "some": by_trusts(some.number, some.run),
        "england": by_trusts(england.number, england.run),
    }
    years: list[float] = []
    reference: list[float] = []
    for turn in range(turns):
        reference.append(core_seconds(lambda: reference_loop(REFERENCE_STEPS)))
        years.append(run_of(trust).core_seconds_of_ward)
        before = run_of(short).core_seconds_of_ward
        for size in sizes.values():
            taken = size.cost(turn)
            after = run_of(short).core_seconds_of_ward
            size.to_one_trust.append(2 * taken / (before + after))
            before = after
    if len({took.digest for every in four.values() for took in every}) > 1:
        raise SystemExit(f"{THREADS} threads gave other results than one: nothing was written")
    again = [record.digest() for record in england.records[: some.number]]
    if again != [record.digest() for record in some.records]:
        raise SystemExit("the same trusts gave other results when they were run again: nothing was written")
    in_cores = sizes.pop("few_on_threads").to_one_trust
    speedups = [one.seconds / two.seconds for one, two in zip(four[1], four[THREADS], strict=True)]
    return {
        "repeated": {"days": DAYS, "warm_up_days": WARM_UP_DAYS, "turns": turns},
        "reference_core_seconds": summary(reference),
        "core_seconds_of_ward_year": summary(years),
        "ward_year_to_reference": summary([year / loop for year, loop in zip(years, reference, strict=True)]),
        "sizes": {name: size.content() for name, size in sizes.items()},
        "threads": {"threads": THREADS, "speedup": summary(speedups), "core_time_to_one_trust": summary(in_cores)},
        "digest_of_four_trusts": four[1][0].digest,
    }


def memory(trust: Scenario) -> dict[str, Any]:
    """Peaks of one hospital each, for a year, and bytes of what is held of a ward while it runs and afterwards."""
    days = trust.run.days + trust.run.warm_up_days
    record = carry_out(plan(trust, years=1 / DAYS_PER_YEAR, reps=1, threads=1), trust)[0]
    kept = {name: getattr(record, name) for name in RECORD}
    of_a_day = kept["series"].nbytes / len(kept["series"])
    held = sum(table.nbytes for table in kept.values()) + of_a_day * (days - len(kept["series"]))
    return {
        "megabytes_of_nothing": in_process("nothing")["megabytes"],
        "hospitals": [in_process("hospital", wards) for wards in (TEN, len(trust.wards), FEW * len(trust.wards))],
        "table_bytes_of_ward": round(sum(table.nbytes for table in build_state(trust, 1, days)) / len(trust.wards)),
        "record_bytes_of_ward": round(held / len(trust.wards)),
    }


def in_process(what: str, number: int = 0) -> dict[str, Any]:
    """What a process of its own says of itself."""
    words = [sys.executable, str(Path(__file__).resolve()), "--in-process", what, str(number)]
    return json.loads(subprocess.run(words, stdout=subprocess.PIPE, check=True, text=True).stdout)


def tell_of_process(what: str, number: int) -> None:
    """What `in_process` reads: of nothing but the model, of one hospital of so many wards, or of so many trusts."""
    trust = load(SCENARIOS / "england.toml")
    compile_kernel(plan(trust), trust)
    run_of(load(SCENARIOS / "small.toml"))  # loads what is compiled
    match what:
        case "nothing":
            found = {"megabytes": peak_megabytes()}
        case "hospital":
            times, rest = divmod(number, len(trust.wards))
            run_of(part_of(trust, rest) if rest else hospital_of(trust, times))
            found = {"wards": number, "megabytes": peak_megabytes()}
        case _:
            found = england(trust, number)
    print(json.dumps(found))


def england(trust: Scenario, trusts: int) -> dict[str, Any]:
    """All trusts for a year on two threads, as `microsystem run` runs them; peaks after so many of them."""
    planned = plan(trust, reps=trusts, threads=THREADS)
    peaks: dict[int, float] = {}
    marks = [number for number in (THREADS, FEW, SOME, trusts) if number <= trusts]

    def look(done: int, ticks: int) -> None:
        for number in marks:
            if done >= number * planned.ticks_of_each:
                peaks.setdefault(number, peak_megabytes())

    used, began = time.process_time(), time.perf_counter()
    records = carry_out(planned, trust, look)
    took, used = time.perf_counter() - began, time.process_time() - used
    results = Results(trust, records)
    shown = seconds(lambda: results.summary("mode"))
    return {
        "trusts": trusts,
        "wards": trusts * len(trust.wards),
        "beds": trusts * beds_of(trust),
        "days": planned.days,
        "warm_up_days": planned.warm_up_days,
        "threads": THREADS,
        "seconds": rounded(took),
        "core_seconds": rounded(used),
        "seconds_of_table": rounded(shown),
        "peaks": [{"wards": at * len(trust.wards), "megabytes": peak} for at, peak in peaks.items()],
        "megabytes_with_table": peak_megabytes(),
        "occupancy": [rounded(value) for value in interval(results.values("occupancy"))[:3]],
        "digest": results.digest(),
    }


def peak_megabytes() -> float:
    """The most memory that this process ever held, in MB of a million bytes.

    The usual `getrusage` would count what the process that started this one held.
    """
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return round(int(line.split()[1]) * 1_024 / 1e6)
    raise RuntimeError("this machine does not say how much memory a process has held")


def stored(name: str) -> dict[str, Any]:
    """What a run of a scenario costs in a sweep of very many: seconds of a core, and bytes on the disk."""
    scenario = load(SCENARIOS / name)
    runs, taken, everything = shards_of(scenario, {})
    *_, one_outcome = shards_of(scenario, ONE_OUTCOME)
    size = sum(everything.values())
    return {
        "scenario": name,
        "wards": len(scenario.wards),
        "beds": beds_of(scenario),
        "runs_of_shard": runs // SHARDS,
        "files_of_shard": len(everything),
        "core_seconds_of_run": rounded(taken / runs),
        "bytes_of_run": {
            "every outcome and day": round(size / runs),
            "every outcome": round((size - everything["series.parquet"]) / runs),
            "one outcome": round(sum(one_outcome.values()) / runs),
        },
    }


def shards_of(scenario: Scenario, keep: dict[str, Any]) -> tuple[int, float, dict[str, int]]:
    """Do a few shards of a sweep of the most replications: how many runs, core-seconds, and bytes by name of file."""
    content = {"title": "As it is", "method": "list", "arms": {"usual": {}}, "run": {"replications": MOST_REPLICATIONS}}
    design = design_from({**content, **({"keep": keep} if keep else {})}, scenario)
    blocks = -(-design.runs // block_size(design))
    with tempfile.TemporaryDirectory() as folder:
        taken = core_seconds(lambda: sim.sweep(design, folder, threads=1, shard=f"1/{-(-blocks // SHARDS)}"))
        found = [path for path in Path(folder, "shards").glob("*/*") if path.is_file()]
        sizes = {
            name: sum(each.stat().st_size for each in found if each.name == name) for name in {p.name for p in found}
        }
    return SHARDS * block_size(design), taken, sizes


def summary(values: list[float]) -> dict[str, Any]:
    return {"median": rounded(statistics.median(values)), "values": [rounded(value) for value in values]}


def rounded(value: float) -> float:
    return float(f"{value:.4g}")


def measured(repetitions: int, trusts: int) -> dict[str, Any]:
    """Everything, as it is kept."""
    trust, before = load(SCENARIOS / "england.toml"), machine()
    compile_kernel(plan(trust), trust)
    console.print("What a sweep stores.")
    sweeps = {title: stored(name) for title, name in STORED.items()}
    console.print("Memory of single hospitals.")
    held = memory(trust)
    console.print(f"England: {trusts} trusts for a year, in a process of its own.")
    whole = in_process("england", trusts)
    console.print(f"Time by size, {repetitions} times.")
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
        "model": model_version(),
        "machine": before,
        "scenario": {"name": "england.toml", "digest": trust.digest()},
        "trust": {"wards": len(trust.wards), "beds": beds_of(trust)},
        **measure(trust, repetitions, trusts),
        "england": whole,
        "memory": held,
        "stored": sweeps,
    }


def main() -> None:
    """Measure, show, and write where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=5, help="how often each size is measured (5)")
    parser.add_argument("--trusts", type=int, help="trusts of England, if not all")
    parser.add_argument("--write", action="store_true", help="keep the figures, draw them, and write the table")
    parser.add_argument("--in-process", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.in_process:
        tell_of_process(given.in_process[0], int(given.in_process[1]))
        return
    all_of_them = load(SCENARIOS / "england.toml").run.replications
    trusts = given.trusts or all_of_them
    if not max(FEW, given.repetitions) <= trusts <= all_of_them:
        parser.error(f"--trusts must be from {FEW}, and not fewer than --repetitions, to {all_of_them}")
    if given.repetitions < 1:
        parser.error("--repetitions must be 1 or more")
    found = measured(given.repetitions, trusts)
    console.print(Markdown(in_words(found)))
    if given.write:
        RESULTS.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        save_figure(figure(found), FIGURE)
        README.write_text(with_words(README.read_text(encoding="utf-8"), found), encoding="utf-8")


if __name__ == "__main__":
    main()
