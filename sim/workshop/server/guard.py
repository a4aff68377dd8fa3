"""What stands before the room: it answers none but its own pages, and reads no more than a little."""

import asyncio
import logging
from collections.abc import Collection
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sim.workshop.server.limits import Limit, Rate
from sim.workshop.server.replies import address, refused
from sim.workshop.server.room import Refusal

MOST_BYTES = 4_096
SECONDS_TO_SEND = 10
# A hundred phones behind one address that ask every two seconds, and all of them again when they come in at once.
FROM_ONE_ADDRESS = Rate(at_once=600, a_second=120)
API = "/api/"
ON_ALL = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}

log = logging.getLogger(__name__)


class Guard:
    """Wraps the application: who may ask, how often and how much, and the headers that all answers have."""

    def __init__(self, app: ASGIApp, authorities: Collection[str]):
        """Take `authorities`, names with ports under which people reach this server, such as ``127.0.0.1:8000``."""
        self._app = app
        self._hosts = frozenset(authorities)
        self._origins = frozenset(f"http://{each}" for each in authorities)
        self._limit = Limit(FROM_ONE_ADDRESS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._check(scope)
        except Refusal as refusal:
            await refused(refusal)(scope, receive, _dressed(send))
            return
        try:
            await self._app(scope, _measured(receive), _dressed(send))
        except Exception:  # its answer was given where it happened
            log.exception("A request failed; the room goes on.")

    def _check(self, scope: Scope) -> None:
        if wait := self._limit.wait(address(scope)):
            raise Refusal("Too many requests from here: wait a little.", 429, wait)
        if not _is_one_of(_all(scope, b"host"), self._hosts):
            raise Refusal("This is not the address of the workshop.", HTTPStatus.MISDIRECTED_REQUEST)
        origin, site = _all(scope, b"origin"), _all(scope, b"sec-fetch-site")
        if origin and not _is_one_of(origin, self._origins):
            raise Refusal("Other pages may not ask here.", 403)
        if scope["path"].startswith(API) and site and not _is_one_of(site, {"same-origin", "none"}):
            raise Refusal("Other pages may not ask here.", 403)


def _all(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1").lower() for key, value in scope["headers"] if key == name]


def _is_one_of(given: list[str], known: Collection[str]) -> bool:
    return len(given) == 1 and given[0] in known


def _dressed(send: Send) -> Send:
    """Send answers with the headers that all have, where they have none of their own."""

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = message["headers"]
            given = {name.decode("latin-1") for name, _ in own}
            more = [(name.encode(), value.encode()) for name, value in ON_ALL.items() if name not in given]
            message = {**message, "headers": [*own, *more]}
        await send(message)

    return dressed


def _measured(receive: Receive) -> Receive:
    """Hand on a request's body as far as it is short and comes in time."""
    read = 0

    async def measured() -> Message:
        nonlocal read
        try:
            message = await asyncio.wait_for(receive(), SECONDS_TO_SEND)
        except TimeoutError:
            raise Refusal("This took too long to arrive.", 408) from None
        if message["type"] == "http.disconnect":
            raise Refusal("Gone before the end of the request.", 400)
        read += len(message.get("body", b""))
        if read > MOST_BYTES:
            raise Refusal(f"Send no more than {MOST_BYTES:,} bytes.", 413)
        return message

    return measured
