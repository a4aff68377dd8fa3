"""Connections: so many and no more, and none that is held open by somebody who does not ask, or does not read."""

import asyncio
import os
import socket
import struct
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST = 220  # on some machines a program may open 256 files
MOST_OF_ONE = 120
SECONDS_TO_ASK = 10
SECONDS_TO_READ = 20
SECONDS_TO_LEAVE = 15  # or to ask again

# What was not read is not kept for somebody who may never read it.
AT_ONCE = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
ASKED = (h11.DONE, h11.MUST_CLOSE)


class Connection(H11Protocol):
    """One connection, with a deadline for asking, for reading what is sent, and for leaving or asking again.

    While an answer is being made there is none.
    """

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Take it, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > MOST or self._from_here() > MOST_OF_ONE:
            transport.abort()
            return
        self._within(SECONDS_TO_ASK)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._within(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on."""
        super().data_received(data)
        if self._is_being_answered():
            self._within(None)

    def on_response_complete(self) -> None:
        """Wait for the next request, unless it is here already."""
        super().on_response_complete()
        self._within(None if self._is_being_answered() else SECONDS_TO_LEAVE)

    def pause_writing(self) -> None:
        """Wait for a slow reader."""
        super().pause_writing()
        self._within(SECONDS_TO_READ)

    def resume_writing(self) -> None:
        """Go on sending."""
        super().resume_writing()
        self._within(None if self._is_being_answered() else SECONDS_TO_LEAVE)

    def _is_being_answered(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete and self.conn.their_state in ASKED

    def _from_here(self) -> int:
        others = [other.client for other in self.connections if isinstance(other, Connection) and other.client]
        return sum(1 for host, _ in others if self.client and host == self.client[0])

    def _within(self, seconds: float | None) -> None:
        """Cut this connection off in so many seconds, and no longer at any time set before."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self._cut_off)

    def _cut_off(self) -> None:
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.transport.abort()
