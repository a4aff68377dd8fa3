"""Where the server listens: a port of this machine, and of its address in the local network if that is wished."""

import errno
import socket
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address
from typing import Self

from sim.scenario.words import quoted

HERE = "127.0.0.1"
NAMES_OF_HERE = (HERE, "localhost")
WEB = 80  # the port that browsers leave out
USUAL = 8000
MOST = 65_535
OUTSIDE = ("192.0.2.1", 9)  # an address kept for examples, to which nothing is sent
BACKLOG = 256


class ServeError(ValueError):
    """The server cannot be started so; the message says why."""


@dataclass(frozen=True)
class Places:
    """Where the server listens.

    Attributes:
        sockets: open, and listening.
        port: of all of them.
        lan: the address of this machine in the local network, or None if it listens on this machine alone.
    """

    sockets: tuple[socket.socket, ...]
    port: int
    lan: str | None

    @property
    def authorities(self) -> tuple[str, ...]:
        """The names with ports under which people reach the server, as they stand in ``Host``."""
        names = [*NAMES_OF_HERE, *([self.lan] if self.lan else [])]
        bare = names if self.port == WEB else []
        return (*(f"{name}:{self.port}" for name in names), *bare)

    def address(self, name: str) -> str:
        """The address under one of the names, without a stroke at its end."""
        return f"http://{name}:{self.port}" if self.port != WEB else f"http://{name}"

    def phones(self, code: str) -> str:
        """The address at which phones join the room of this code."""
        return f"{self.address(self.lan or HERE)}/r/{code}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *why: object) -> None:
        for each in self.sockets:
            each.close()


def listen(port: int, lan: bool = False, address: str | None = None) -> Places:
    """Take the port, on this machine alone or in its local network too.

    Args:
        port: 0 for any that is free.
        lan: whether to listen in the local network.
        address: of this machine in that network, where it has several.

    Raises:
        ServeError: the port is in use or not allowed, or the machine has no such address.
    """
    if address is not None and not lan:
        raise ServeError("--address goes with --lan: without it only this computer is served")
    outside = (_own(address) if address else _found()) if lan else None
    here = _bound(HERE, port)
    port = here.getsockname()[1]
    if outside is None:
        return Places((here,), port, None)
    try:
        return Places((here, _bound(outside, port)), port, outside)
    except ServeError:
        here.close()
        raise


def _bound(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=BACKLOG)
    except OSError as problem:
        raise ServeError(_why_not(host, port, problem)) from None


def _why_not(host: str, port: int, problem: OSError) -> str:
    match problem.errno:
        case errno.EADDRINUSE:
            return (
                f"port {port} is in use; choose another: --port {USUAL if port != USUAL else USUAL + 1}, or 0 for any"
            )
        case errno.EACCES:
            return f"port {port} is not for everybody on this machine; choose one above 1,023, such as --port {USUAL}"
        case errno.EADDRNOTAVAIL:
            return f"{host} is not an address of this machine"
    return f"cannot listen on {host}, port {port}: {problem.strerror or problem}"


def _own(address: str) -> str:
    try:
        found = IPv4Address(address)
    except AddressValueError:
        found = None
    if found is None or found.is_unspecified or found.is_loopback or found.is_multicast:
        raise ServeError(f"--address is {quoted(address)}; it should be one of this computer, like 192.168.1.5")
    return str(found)


def _found() -> str:
    """The address of this machine in the network through which it would reach others."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(OUTSIDE)
        except OSError:
            raise ServeError("this machine is in no network: join one, or leave out --lan") from None
        return probe.getsockname()[0]
