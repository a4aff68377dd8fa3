"""A room of phones that all vote and ask for different live runs at once, against a server in a process of its own.

    uv run python benchmarks/workshop_load.py [--clients N]

Shows the slowest answer to a vote and to a run, how many failed, and the most memory that the server took. Votes are
asked for again while runs are worked out, since a room does not wait for them.
"""

import argparse
import asyncio
import json
import re
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

from sim.state.vocabulary import MODES  # noqa: E402
from sim.workshop.settings import DIALS, STYLES  # noqa: E402

COMMAND = (sys.executable, "-c", "from sim.cli import main; main()", "workshop", "serve", "--port", "0")
CLIENTS = 40
VOTES_OF_EACH = 5
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
    """What a load showed: times in seconds, answers that were not 200, how many votes counted, memory in MB."""

    votes: list[float] = field(default_factory=list)
    runs: list[float] = field(default_factory=list)
    polls: list[float] = field(default_factory=list)
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


def load(server: Server, clients: int = CLIENTS) -> Figures:
    """Let so many clients join, vote, change their vote and each ask for another run, all at once."""
    return asyncio.run(_load(server, clients))


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


async def _load(server: Server, clients: int) -> Figures:
    figures = Figures()
    here = f"/api/room/{server.room}"
    async with httpx.AsyncClient(base_url=server.address, timeout=PATIENCE) as facilitator:
        puzzle = await _open_voting(facilitator, server, here)
        each = zip(range(clients), islice(settings(), clients), strict=True)
        await asyncio.gather(*(_client(server, here, puzzle, number, asked, figures) for number, asked in each))
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


async def _client(server, here: str, puzzle: dict[str, Any], number: int, asked: dict, figures: Figures) -> None:
    async with httpx.AsyncClient(base_url=server.address, timeout=PATIENCE) as client:
        ticket = (await client.post(f"{here}/join")).raise_for_status().json()["ticket"]
        options = [option["name"] for option in puzzle["options"]]

        async def timed(into: list[float], method: str, path: str, **what: Any) -> None:
            began = time.perf_counter()
            answer = await client.request(method, path, **what)
            into.append(time.perf_counter() - began)
            if answer.status_code != 200:
                figures.failed.append(answer.status_code)

        async def votes() -> None:
            for turn in range(VOTES_OF_EACH):
                vote = {"ticket": ticket, "puzzle": puzzle["puzzle"], "option": options[(number + turn) % len(options)]}
                await timed(figures.votes, "POST", f"{here}/vote", json=vote)
                await timed(figures.polls, "GET", here)

        await asyncio.gather(votes(), timed(figures.runs, "POST", "/api/run", json=asked))


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
    clients = wanted.parse_args().clients
    with started() as server:
        figures = load(server, clients)
    print(f"clients            {clients}")
    print(f"votes counted      {figures.counted}")
    print(f"answers that failed {len(figures.failed)} {sorted(set(figures.failed))}")
    for name, times in (("vote", figures.votes), ("look", figures.polls), ("live run", figures.runs)):
        print(f"slowest {name:<10} {max(times):.2f} s, median {sorted(times)[len(times) // 2]:.3f} s, of {len(times)}")
    print(f"most memory        {figures.memory:.0f} MB" if figures.memory else "most memory        not known here")


if __name__ == "__main__":
    main()
