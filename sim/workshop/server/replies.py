"""How the server answers: short JSON, a refusal with its reason, and pages that go out piece by piece."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sim.workshop.server.room import Refusal

PIECE = 65_536
UNREAD = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.TOO_MANY_REQUESTS)


class Page(Response):
    """A page of HTML; a slow reader takes it piece by piece, so that it is not held in memory for each."""

    media_type = "text/html"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for begin in range(0, len(self.body), PIECE):
            piece = self.body[begin : begin + PIECE]
            await send({"type": "http.response.body", "body": piece, "more_body": begin + PIECE < len(self.body)})


def as_json(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response(json.dumps(content, allow_nan=False), status, headers, media_type="application/json")


def refused(refusal: Refusal) -> Response:
    """A refusal as an answer; where a request was not read to its end, the connection ends with it."""
    headers = {"retry-after": str(refusal.wait)} if refusal.wait else {}
    if refusal.status in UNREAD:
        headers["connection"] = "close"
    return as_json({"reason": refusal.reason}, refusal.status, headers)


async def on_refusal(request: Request, refusal: Exception) -> Response:
    """The answer to what the room does not do."""
    assert isinstance(refusal, Refusal)
    return refused(refusal)


async def on_unknown(request: Request, unknown: Exception) -> Response:
    """The answer where there is nothing to ask, or not in this way."""
    status = getattr(unknown, "status_code", HTTPStatus.NOT_FOUND)
    return as_json({"reason": f"{HTTPStatus(status).phrase}."}, status, getattr(unknown, "headers", None))


async def on_fault(request: Request, fault: Exception) -> Response:
    """The answer to a mistake of ours, which the guard writes down."""
    return as_json({"reason": "The server made a mistake, and has written it down."}, 500)


def address(scope: Scope) -> str:
    """The address that a request came from."""
    return scope["client"][0] if scope["client"] else ""
