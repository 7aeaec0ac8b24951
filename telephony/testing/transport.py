"""SIP over UDP and TCP: bytes in, messages out, and where to answer them (RFC 3261, 18).

A port that nobody listens on is noticed at once over UDP too (the kernel's error queue, Linux), not after 32 s.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import socket
import struct
from typing import Protocol

import structlog

from telephony.errors import SipError
from telephony.testing.sip import MalformedMessage, SipMessage, frame, parse

Address = tuple[str, int]
_RECVERR = 11  # IP_RECVERR of Linux
_ERRQUEUE = 0x2000  # MSG_ERRQUEUE

_log = structlog.get_logger()


class Peer(Protocol):
    """Somewhere to send to: an address, or an open connection."""

    address: Address
    reliable: bool  # no retransmissions needed

    def send(self, data: bytes) -> None: ...


class Listener(Protocol):
    """What a transport tells its user agent."""

    def received(self, message: SipMessage, peer: Peer) -> None: ...
    def unreachable(self, address: Address, why: str) -> None: ...


class Transport(Protocol):
    """A bound UDP socket or a TCP listener with its connections."""

    name: str  # "UDP" or "TCP", as in Via
    port: int

    async def connect(self, address: Address) -> Peer:
        """Raises SipError when the address cannot be reached."""

    async def close(self) -> None: ...


async def open_transport(kind: str, bind: str, port: int, listener: Listener) -> Transport:
    """Bind. Raises SipError with the address where that fails."""
    try:
        if kind == "udp":
            return UdpTransport(bind, port, listener)
        if kind == "tcp":
            return await TcpTransport.open(bind, port, listener)
    except OSError as error:
        raise SipError(f"cannot bind SIP {kind} {bind}:{port}: {error.strerror or error}") from error
    raise SipError(f"transport {kind!r} is not known; udp and tcp are")


class UdpTransport:
    """One UDP socket."""

    name = "UDP"

    def __init__(self, bind: str, port: int, listener: Listener) -> None:
        self._listener = listener
        self._sock = socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._sock.bind((bind, port))
        except OSError:
            self._sock.close()
            raise
        self._sock.setblocking(False)
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        if self._sock.family == socket.AF_INET:
            self._sock.setsockopt(socket.IPPROTO_IP, _RECVERR, 1)
        self.port: int = self._sock.getsockname()[1]
        asyncio.get_running_loop().add_reader(self._sock, self._readable)

    async def connect(self, address: Address) -> Peer:
        return _UdpPeer(self, address)

    async def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._sock)
        self._sock.close()

    def send(self, data: bytes, address: Address) -> None:
        try:
            self._sock.sendto(data, address)
        except OSError:  # the socket reports an earlier error first; what it is stands in the error queue
            self._drain_errors()
            try:
                self._sock.sendto(data, address)
            except OSError as error:
                self._listener.unreachable(address, error.strerror or str(error))

    def _readable(self) -> None:
        self._drain_errors()
        while True:
            try:
                data, source = self._sock.recvfrom(65_535)
            except BlockingIOError:
                return
            except OSError:
                self._drain_errors()
                continue
            _deliver(data, _UdpPeer(self, source[:2]), self._listener)

    def _drain_errors(self) -> None:
        while True:
            try:
                _, ancillary, _, target = self._sock.recvmsg(2048, 512, _ERRQUEUE)
            except OSError:
                return
            number = next((struct.unpack_from("=I", value)[0] for _, kind, value in ancillary if kind == _RECVERR), 0)
            self._listener.unreachable(target[:2], f"nobody listens there ({_error_name(number)})")


class _UdpPeer:
    reliable = False

    def __init__(self, transport: UdpTransport, address: Address) -> None:
        self._transport = transport
        self.address = address

    def send(self, data: bytes) -> None:
        self._transport.send(data, self.address)


class TcpTransport:
    """A listener and the connections to and from it; a connection is reused for its address."""

    name = "TCP"

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._connections: dict[Address, _TcpPeer] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    @classmethod
    async def open(cls, bind: str, port: int, listener: Listener) -> TcpTransport:
        transport = cls(listener)
        transport._server = await asyncio.start_server(transport._accepted, bind, port)
        transport.port = transport._server.sockets[0].getsockname()[1]
        return transport

    async def connect(self, address: Address) -> Peer:
        peer = self._connections.get(address)
        if peer is not None and not peer.closing:
            return peer
        try:
            reader, writer = await asyncio.wait_for(asyncio.open_connection(*address), 10)
        except (OSError, TimeoutError) as error:
            raise SipError(f"cannot connect to {address[0]}:{address[1]} over TCP: {error}") from error
        return self._adopt(reader, writer, address)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._adopt(reader, writer, writer.get_extra_info("peername")[:2])

    def _adopt(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: Address) -> _TcpPeer:
        peer = self._connections[address] = _TcpPeer(writer, address)
        task = asyncio.get_running_loop().create_task(self._read(reader, peer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return peer

    async def _read(self, reader: asyncio.StreamReader, peer: _TcpPeer) -> None:
        buffer = bytearray()
        why = "the peer closed the connection"
        try:
            while chunk := await reader.read(65_536):
                buffer += chunk
                while (data := frame(buffer)) is not None:
                    _deliver(data, peer, self._listener)
        except (OSError, MalformedMessage) as error:
            why = f"the connection broke: {error}"
        finally:
            if self._connections.get(peer.address) is peer:
                del self._connections[peer.address]
            peer.close()
            self._listener.unreachable(peer.address, why)


class _TcpPeer:
    reliable = True

    def __init__(self, writer: asyncio.StreamWriter, address: Address) -> None:
        self._writer = writer
        self.address = address

    @property
    def closing(self) -> bool:
        return self._writer.is_closing()

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._writer.close()


def _deliver(data: bytes, peer: Peer, listener: Listener) -> None:
    if not data.strip(b"\r\n\x00"):
        return  # keep-alive
    try:
        message = parse(data)
    except MalformedMessage as error:
        _log.warning("not a SIP message", source=f"{peer.address[0]}:{peer.address[1]}", error=str(error))
        return
    listener.received(message, peer)


def _error_name(number: int) -> str:
    return os.strerror(number) if number else "unreachable"


def resolve(host: str, port: int, kind: str) -> Address:
    """The first address of a host; no NAPTR or SRV look-ups. Raises SipError."""
    type_ = socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM
    try:
        found = socket.getaddrinfo(host, port, type=type_)
    except OSError as error:
        raise SipError(f"cannot resolve {host!r}: {error.strerror or error}") from error
    address: Address = found[0][4][:2]  # type: ignore[assignment]  # a slice loses its length
    return address


def numeric(host: str) -> bool:
    """Whether `host` is an address already."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def local_address(towards: Address) -> str:
    """The address of ours that packets to `towards` leave from."""
    with socket.socket(socket.AF_INET6 if ":" in towards[0] else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(towards)
        address: str = probe.getsockname()[0]
        return address
