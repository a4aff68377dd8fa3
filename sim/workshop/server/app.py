"""The application: which page or answer each address gives, and to whom."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sim.report.folder import FolderError
from sim.workshop.server.answers import Answers
from sim.workshop.server.asked import Asked, Lead, Run, Vote
from sim.workshop.server.guard import Guard
from sim.workshop.server.limits import Limit, Rate
from sim.workshop.server.phone import phone
from sim.workshop.server.places import Places
from sim.workshop.server.replies import Page, address, as_json, on_fault, on_refusal, on_unknown
from sim.workshop.server.room import Puzzle, Refusal, Room
from sim.workshop.server.runs import Runs
from sim.workshop.server.scanning import code_to_scan
from sim.workshop.server.votes import VotesFile, as_csv

# The page of the room has a policy of its own in its head, which names its scripts; a page obeys both.
POLICY_OF_PAGE = "connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
VOTES_OF_A_TICKET = Rate(at_once=10, a_second=1)
TICKETS_OF_AN_ADDRESS = Rate(at_once=80, a_second=1)  # a class may share one address
LONGEST_TURN = 12  # digits

log = logging.getLogger(__name__)


class Site:
    """What the addresses of the server do.

    Attributes:
        room: the room.
        runs: does live runs.
        answers: what they have given so far.
    """

    def __init__(
        self,
        book: Mapping[str, Any],
        page: Callable[[dict[str, Any]], str],
        runs: Runs,
        places: Places,
        votes: VotesFile | None = None,
    ):
        """Open a room.

        Args:
            book: all that the page shows; the room is asked its puzzles.
            page: makes the page of a book, whose ``server`` says where phones join.
            runs: does live runs.
            places: where people reach the server.
            votes: the file that holds the votes, if one does.
        """
        self.room = Room({each["name"]: _puzzle(each) for each in book["puzzles"]})
        self.runs = runs
        self.answers = Answers(runs)
        self._places = places
        self._votes = votes
        self._writing = asyncio.Lock()
        html = page({**book, "server": _description(self.room, places, book["dials"])})
        self._page = Page(html, headers={"content-security-policy": POLICY_OF_PAGE})
        self._phone, self._policy_of_phone = phone()
        self._changes = Limit(VOTES_OF_A_TICKET)
        self._joins = Limit(TICKETS_OF_AN_ADDRESS)

    def application(self) -> ASGIApp:
        """The whole of it, behind its guard."""
        handlers: dict[Any, Any] = {Refusal: on_refusal, HTTPException: on_unknown, Exception: on_fault}
        inner = Starlette(routes=self.routes(), exception_handlers=handlers)
        inner.router.redirect_slashes = False
        return Guard(inner, self._places.authorities)

    def routes(self) -> list[Route]:
        """Every address there is."""
        here = "/api/room/{code}"
        return [
            Route("/", self.whole_page),
            Route("/r", self.phone),
            Route("/r/", self.phone),
            Route("/r/{code}", self.phone),
            Route(here, self.state),
            Route(f"{here}/join", self.join, methods=["POST"]),
            Route(f"{here}/vote", self.vote, methods=["POST"]),
            Route(f"{here}/phase", self.phase, methods=["POST"]),
            Route(f"{here}/votes.csv", self.votes),
            Route("/api/run", self.run, methods=["POST"]),
        ]

    async def whole_page(self, request: Request) -> Response:
        """The page of the room."""
        return self._page

    async def phone(self, request: Request) -> Response:
        """The page of a phone, which asks for the code itself where the address has none that is right."""
        code = request.path_params.get("code")
        status = 200 if code is None or self._is_code(code) else 404
        return Page(self._phone, status, headers={"content-security-policy": self._policy_of_phone})

    async def state(self, request: Request) -> Response:
        """Where the room is; nothing if that is the turn which the asker knows."""
        self._enter(request)
        if _turn(request) == self.room.turn:
            return Response(status_code=204)
        return as_json(self.room.state())

    async def join(self, request: Request) -> Response:
        """A ticket for somebody who comes in."""
        self._enter(request)
        if await request.body():
            raise Refusal("Nothing need be sent to join.", 400)
        if wait := self._joins.wait(request.client.host if request.client else ""):
            raise Refusal("Many people are coming in at once: wait a little.", 429, wait)
        return as_json({"ticket": self.room.join()})

    async def vote(self, request: Request) -> Response:
        """One vote, or a change of it."""
        self._enter(request)
        vote = await _read(request, Vote)
        if self.room.has(vote.ticket) and (wait := self._changes.wait(vote.ticket)):
            raise Refusal("That was many changes at once: wait a little.", 429, wait)
        return as_json({"count": self.room.vote(vote.ticket, vote.puzzle, vote.option)})

    async def phase(self, request: Request) -> Response:
        """The facilitator leads the room on."""
        self._enter(request)
        self._led(request)
        lead = await _read(request, Lead)
        self.room.move(lead.puzzle, lead.phase)
        await self._keep()
        return as_json(self.room.state())

    async def votes(self, request: Request) -> Response:
        """All counts so far, for the facilitator."""
        self._enter(request)
        self._led(request)
        headers = {"content-disposition": 'attachment; filename="votes.csv"'}
        return Response(as_csv(self.room), headers=headers, media_type="text/csv")

    async def run(self, request: Request) -> Response:
        """What a setting gives, as far as it was run; whoever asks again is told more."""
        asked = await _read(request, Run)
        return as_json(await self.answers.of(asked.key(), address(request.scope), asked.seen))

    async def _keep(self) -> None:
        """Write the votes down, if they are to be; a disk that is full does not end a workshop."""
        if self._votes is None:
            return
        async with self._writing:
            try:
                await asyncio.to_thread(self._votes.write, as_csv(self.room))
            except FolderError as problem:
                log.error("%s; it is tried again at the next step", problem)

    def _enter(self, request: Request) -> None:
        if not self._is_code(request.path_params["code"]):
            raise Refusal("There is no room with this code.", 404)

    def _is_code(self, code: str) -> bool:
        return code.upper() == self.room.code

    def _led(self, request: Request) -> None:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not self.room.is_led_with(key):
            raise Refusal("This is for the facilitator, whose key is not the one given.", 403)


def _puzzle(told: Mapping[str, Any]) -> Puzzle:
    return Puzzle(told["question"], {option["name"]: option["title"] for option in told["options"]})


def _description(room: Room, places: Places, dials: Any) -> dict[str, Any]:
    """What the page is told of its server: code, address for phones, that address to scan where phones could, dials."""
    join = places.phones(room.code)
    return {"room": room.code, "join": join, "qr": code_to_scan(join) if places.lan else None, "levels": dials}


async def _read[Form: Asked](request: Request, form: type[Form]) -> Form:
    kind = request.headers.get("content-type", "").replace(" ", "").lower()
    if kind not in ("application/json", "application/json;charset=utf-8"):
        raise Refusal("Send this as application/json.", 415)
    return form.read(await request.body())


def _turn(request: Request) -> int | None:
    """The turn that the asker knows, if one is said."""
    if not request.url.query:
        return None
    given = dict(request.query_params)
    turn = given.pop("turn", "")
    if given or not turn.isascii() or not turn.isdigit() or len(turn) > LONGEST_TURN:
        raise Refusal("Ask for ?turn= and a whole number, or for nothing.", 400)
    return int(turn)
