"""Tests reach this machine only: a call to the outside fails loudly instead of hanging in CI."""

import ipaddress
import socket
from typing import Any

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


class OutsideWorld(AssertionError):
    """A test tried to reach another machine."""


def refuse_the_world() -> None:
    """Let sockets of this process connect to loopback addresses and local sockets only."""
    socket.socket.connect = connect  # type: ignore[assignment,method-assign]
    socket.socket.connect_ex = connect_ex  # type: ignore[assignment,method-assign]


def connect(self: socket.socket, address: Any, /) -> None:
    _check(self, address)
    _connect(self, address)


def connect_ex(self: socket.socket, address: Any, /) -> int:
    _check(self, address)
    return _connect_ex(self, address)


def _check(sock: socket.socket, address: Any) -> None:
    if sock.family in {socket.AF_INET, socket.AF_INET6} and not _is_local(str(address[0])):
        sock.close()
        raise OutsideWorld(f"a test tried to reach {address}")


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
