"""Strangers never reach the TCP port: a packet filter on the listening socket lets the trunks' addresses in only.

The stack accepts a TCP connection before anything of ours can look at it, and keeps its entry in a table of 64 for half
a second after it has gone; the 65th quick connection ends the process by an assertion (seen with the wheel 2.15.1).
So the kernel does the screening: a classic BPF program that compares the source address with the trunks' ranges, which
Linux lets every process attach to its own socket (SO_ATTACH_FILTER). Accepted sockets inherit it.

UDP has no filter: there the request filter answers 403 and counts, which an admin needs to see.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import struct
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from telephony.errors import SipError

SO_ATTACH_FILTER = 26
SOURCE_ADDRESS = 0xFFF00000 + 12  # SKF_NET_OFF: from the start of the IPv4 header
LOAD_WORD, AND, JUMP_IF_EQUAL, RETURN = 0x20, 0x54, 0x15, 0x06
WHOLE_PACKET, NOTHING = 0xFFFFFFFF, 0


def program(networks: Iterable[IPv4Network | IPv6Network]) -> bytes:
    """The filter as `struct sock_filter`s: pass packets whose IPv4 source lies in one of the networks."""
    code = []
    for network in networks:
        if isinstance(network, IPv4Network):
            code += [
                (LOAD_WORD, 0, 0, SOURCE_ADDRESS),
                (AND, 0, 0, int(network.netmask)),
                (JUMP_IF_EQUAL, 0, 1, int(network.network_address)),
                (RETURN, 0, 0, WHOLE_PACKET),
            ]
    code.append((RETURN, 0, 0, NOTHING))
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)


def raise_wall(port: int, networks: Iterable[IPv4Network | IPv6Network]) -> None:
    """Attach the filter to this process's TCP listener on `port`. Raises SipError where that is not possible."""
    code = program(networks)
    listener = _listener(port)
    if listener is None:
        raise SipError(f"the TCP listener on port {port} is not among our sockets; set sip.tcp = false")
    with listener:
        kept = ctypes.create_string_buffer(code)
        try:
            listener.setsockopt(
                socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", len(code) // 8, ctypes.addressof(kept))
            )
        except OSError as error:
            raise SipError(
                f"strangers can't be kept off TCP port {port}: {error}; needs Linux, or set sip.tcp = false"
            ) from error


def _listener(port: int) -> socket.socket | None:
    """A second descriptor of the stack's listener. `socket.dup` would make the shared one blocking."""
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            if not entry.is_socket():
                continue
            found = socket.socket(fileno=os.dup(int(entry.name)))
            listens = found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            if listens and found.family == socket.AF_INET and found.getsockname()[1] == port:
                return found
            found.close()
    return None
