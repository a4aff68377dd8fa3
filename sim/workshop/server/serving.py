"""A running server: until somebody stops it, and with an end that is clean."""

import asyncio
import socket
from collections.abc import Callable

import uvicorn

from sim.workshop.server.answers import Answers
from sim.workshop.server.app import Site
from sim.workshop.server.connections import Connection
from sim.workshop.server.places import Places

SECONDS_TO_END = 3


def serve(site: Site, places: Places, ready: Callable[[], None]) -> None:
    """Answer until somebody stops it with Ctrl-C or politely asks it to end, which raises as it always does.

    Args:
        site: what is answered.
        places: where.
        ready: called before; from then on whoever asks is answered.
    """
    ready()
    asyncio.run(server_of(site).serve(sockets=list(places.sockets)))


def server_of(site: Site) -> uvicorn.Server:
    """A server that knows no proxies, no web sockets and no log of who asked for what."""
    settings = uvicorn.Config(
        site.application(),
        http=Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=SECONDS_TO_END,
    )
    return _Server(settings, site.answers)


class _Server(uvicorn.Server):
    """A server whose live runs end before it waits for what is still to be answered."""

    def __init__(self, settings: uvicorn.Config, answers: Answers):
        super().__init__(settings)
        self._answers = answers

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._answers.close()
        await super().shutdown(sockets)
