"""A room of phones that all vote and ask for different live runs at once, against a server in a process of its own.

    uv run python benchmarks/workshop_load.py [--clients N] [--seconds S]

Shows the slowest reply to a vote and to a question for a run, how long the first answers took, how far they grew in so
many seconds, how many replies failed, and the most memory that the server took. Beside it stands what as many
replications take when nothing else is asked for, before and after, since the machine may be busy.
"""

import argparse
import asyncio
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice, product
from pathlib import Path
from typing import Any, NamedTuple

import httpx

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from sim.experiment.replications import processors  # noqa: E402
from sim.state.vocabulary import MODES  # noqa: E402
from sim.workshop.outcomes import of_run  # noqa: E402
from sim.workshop.server.runs import Runs  # noqa: E402
from sim.workshop.settings import DIALS, STYLES, YEARS, Setting, scenario_of  # noqa: E402

COMMAND = (sys.executable, "-c", "from sim.cli import main; main()", "workshop", "serve", "--port", "0")
CLIENTS = 40
SECONDS = 30.0
PAUSE = 1.0  # seconds, as the page pauses before it asks for more
VOTES_OF_EACH = 5
BARE = 10
PATIENCE = 3_600  # seconds
ADDRESS = re.compile(r"(http://\S+)/#(\S+)")
CODE = re.compile(r"code of the room +(\S+)")


class Server(NamedTuple):
    """Where a server is, its room's code, its facilitator's key and the number of its process."""

    address: str
    room: str
    key: str
    process: int


@dataclass
class Figures:
    """What a load showed: times in seconds, replies that were not 200, how many votes counted, memory in MB.

    Attributes:
        votes, looks, replies: time of each reply to a vote, to a look at the room, and to a question for a run.
        firsts: time until each question for a run had a first answer.
        grown: replications of each answer at the end.
    """

    votes: list[float] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    replies: list[float] = field(default_factory=list)
    firsts: list[float] = field(default_factory=list)
    grown: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    counted: int = 0
    memory: float | None = None


@contextmanager
def started(command: Sequence[str] = COMMAND) -> Iterator[Server]:
    """A server in a process of its own, until the end of the block."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield _heard(process)
        finally:
            process.terminate()


def load(server: Server, clients: int = CLIENTS, seconds: float = 0) -> Figures:
    """Let so many clients join, vote, change their vote and each ask for another run, all at once.

    Args:
        server: where.
        clients: how many.
        seconds: for which they ask on after the first answer, so that it grows.
    """
    return asyncio.run(_load(server, clients, seconds))


def bare() -> float:
    """Seconds that the first replications of a setting take, one on each processor, when nothing else is asked for."""
    runs = Runs(scenario_of, of_run, YEARS, 1, processors(), processors() * (BARE + 1))
    times = []
    for k in range(BARE + 1):
        began = time.perf_counter()
        runs.more(Setting(STYLES[0], MODES[0]).key, k * processors())
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def settings() -> Iterator[dict[str, Any]]:
    """Different settings, one after the other."""
    for levels in product(*DIALS.values()):
        for style, mode in product(STYLES, MODES):
            yield {"style": style, "mode": mode, "dials": dict(zip(DIALS, levels, strict=True))}


def _heard(process: subprocess.Popen) -> Server:
    heard = ""
    assert process.stdout is not None
    while not ((address := ADDRESS.search(heard)) and (code := CODE.search(heard))):
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the server ended: {heard}")
        heard += line
    return Server(address[1], code[1], address[2], process.pid)


async def _load(server: Server, clients: int, seconds: float) -> Figures:
    figures = Figures()
    here = f"/api/room/{server.room}"
    async with httpx.AsyncClient(base_url=server.address, timeout=PATIENCE) as facilitator:
        puzzle = await _open_voting(facilitator, server, here)
        each = zip(range(clients), islice(settings(), clients), strict=True)
        await asyncio.gather(
            *(_client(server, here, puzzle, number, asked, seconds, figures) for number, asked in each)
        )
        figures.counted = (await facilitator.get(here)).json()["count"]
    figures.memory = _most_memory(server.process)
    return figures


async def _open_voting(facilitator: httpx.AsyncClient, server: Server, here: str) -> dict[str, Any]:
    """The first puzzle, with voting open."""
    page = (await facilitator.get("/")).text
    book = re.search(r'id="book">(.*?)</script>', page, re.S)
    assert book is not None
    name = json.loads(book[1])["puzzles"][0]["name"]
    shown = {"authorization": f"Bearer {server.key}"}
    answer = await facilitator.post(f"{here}/phase", json={"puzzle": name, "phase": "voting"}, headers=shown)
    return answer.raise_for_status().json()


async def _client(server, here: str, puzzle: dict, number: int, asked: dict, seconds: float, figures: Figures) -> None:
    async with httpx.AsyncClient(base_url=server.address, timeout=PATIENCE) as client:
        ticket = (await client.post(f"{here}/join")).raise_for_status().json()["ticket"]
        options = [option["name"] for option in puzzle["options"]]

        async def timed(into: list[float], method: str, path: str, **what: Any) -> httpx.Response:
            began = time.perf_counter()
            answer = await client.request(method, path, **what)
            into.append(time.perf_counter() - began)
            if answer.status_code != 200:
                figures.failed.append(answer.status_code)
            return answer

        async def votes() -> None:
            for turn in range(VOTES_OF_EACH):
                vote = {"ticket": ticket, "puzzle": puzzle["puzzle"], "option": options[(number + turn) % len(options)]}
                await timed(figures.votes, "POST", f"{here}/vote", json=vote)
                await timed(figures.looks, "GET", here)

        async def runs() -> None:
            began, seen, until = time.perf_counter(), 0, seconds
            while not seen or time.perf_counter() - began < until:
                told = await timed(figures.replies, "POST", "/api/run", json={**asked, "seen": seen})
                if told.status_code != 200:
                    return
                if not seen and told.json()["replications"]:
                    figures.firsts.append(time.perf_counter() - began)
                seen = told.json()["replications"]
                if seen >= told.json()["of"]:
                    break
                await asyncio.sleep(PAUSE if seen else 0)
            figures.grown.append(seen)

        await asyncio.gather(votes(), runs())


def _most_memory(process: int) -> float | None:
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return None
    peak = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
    return int(peak[1]) / 1_000 if peak else None


def main() -> None:
    """Run it once and show the figures."""
    wanted = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    wanted.add_argument("--clients", type=int, default=CLIENTS)
    wanted.add_argument("--seconds", type=float, default=SECONDS, help="for which answers grow")
    given = wanted.parse_args()
    alone = [bare()]
    with started() as server:
        figures = load(server, given.clients, given.seconds)
    alone.append(bare())
    _show(given.clients, given.seconds, figures, alone)


def _show(clients: int, seconds: float, figures: Figures, alone: Sequence[float]) -> None:
    print(f"clients          {clients}, each with another setting")
    print(f"votes counted    {figures.counted}")
    print(f"replies failed   {len(figures.failed)} {sorted(set(figures.failed))}")
    told = {"a vote": figures.votes, "a look": figures.looks, "a live run": figures.replies}
    for name, times in told.items():
        print(
            f"reply to {name:<11} slowest {max(times):.2f} s, median {statistics.median(times):.3f} s, of {len(times)}"
        )
    print(f"first answer     slowest {max(figures.firsts):.2f} s, median {statistics.median(figures.firsts):.2f} s")
    grown = f"{min(figures.grown)} to {max(figures.grown)} replications, median {statistics.median(figures.grown):.0f}"
    print(f"after {seconds:.0f} s       {grown}")
    print(f"alone            {processors()} replications in {alone[0]:.2f} s before and {alone[1]:.2f} s after")
    times_alone = max(figures.firsts) / (clients * statistics.mean(alone))
    print(f"slowest first    {times_alone:.2f} times what first answers to all take one after the other, alone")
    print(f"most memory      {figures.memory:.0f} MB" if figures.memory else "most memory      not known here")


if __name__ == "__main__":
    main()
