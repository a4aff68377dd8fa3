"""Rooms for tests: a book of two puzzles, live runs that are made up, and servers of them that really listen.

As a program it is ``microsystem workshop serve`` with these in place of its own:

    python -m tests.workshop.rooms --port 0
"""

import asyncio
import json
import sys
import threading
from contextlib import contextmanager

import httpx

from sim.cli import app
from sim.commands import serving
from sim.workshop.server.app import Site
from sim.workshop.server.places import listen
from sim.workshop.server.serving import server_of
from sim.workshop.settings import DIALS, STYLES

OPTIONS = [
    {"name": "more", "title": "Clearly more"},
    {"name": "same", "title": "About the same"},
    {"name": "fewer", "title": "Clearly fewer"},
]
BOOK = {
    "dials": [],
    "puzzles": [
        {"name": "reports", "question": "What happens to the errors that are reported?", "options": OPTIONS},
        {"name": "waits", "question": "What happens to <b>waits</b>?", "options": OPTIONS[:2]},
    ],
}
SETTING = {"style": STYLES[0], "mode": "repetitive", "dials": dict.fromkeys(DIALS, "usual")}
PIECE_OF_PAGE = "the page " * 20_000


class MadeUpRuns:
    """Live runs that are there at once, and which were asked for."""

    replications = 2

    def __init__(self):
        self.asked = []

    def more(self, key, done):
        self.asked.append(key)
        return {"wait": [1.5, None]}

    def stop(self):
        pass


def page(book):
    data = json.dumps(book)
    return f'<!DOCTYPE html><script type="application/json" id="book">{data}</script>{PIECE_OF_PAGE}'


class Visitor(httpx.Client):
    """Somebody who asks a server: a phone, or the facilitator."""

    def __init__(self, site, port):
        super().__init__(base_url=f"http://127.0.0.1:{port}", timeout=60)
        self.site = site
        self.port = port
        self.here = f"/api/room/{site.room.code}"
        self.ticket = ""

    def join(self):
        self.ticket = self.post(f"{self.here}/join").json()["ticket"]
        return self

    def vote(self, option, puzzle="reports"):
        return self.post(f"{self.here}/vote", json={"ticket": self.ticket, "puzzle": puzzle, "option": option})

    def lead(self, phase, puzzle="reports"):
        shown = {"authorization": f"Bearer {self.site.room.key}"}
        return self.post(f"{self.here}/phase", json={"puzzle": puzzle, "phase": phase}, headers=shown)

    def state(self):
        return self.get(self.here).json()


@contextmanager
def running(runs=None, votes=None):
    """A server in a thread of this process; gives what makes visitors of it."""
    with listen(0) as places:
        site = Site(BOOK, page, runs or MadeUpRuns(), places, votes)
        server = server_of(site)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=list(places.sockets))))
        thread.start()
        visitors = []

        def visitor():
            visitors.append(Visitor(site, places.port))
            return visitors[-1]

        try:
            yield visitor
        finally:
            for each in visitors:
                each.close()
            server.should_exit = True
            thread.join()


def main(words):
    """The command itself, but for the page, the puzzles and the runs."""
    serving._site = lambda places, threads, votes: Site(BOOK, page, MadeUpRuns(), places, votes)
    app(["workshop", "serve", *words])


if __name__ == "__main__":
    main(sys.argv[1:])
