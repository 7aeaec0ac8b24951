"""One Unix stream socket carrying messages: a 4-byte big-endian length, then msgpack.

Blocking and plain, because its users are threads; `Channel.fileno` lets an event loop watch it. One
reader and one writer may work at the same time; several writers must agree among themselves.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from telephony.errors import BadMessage, ChannelClosed, ChannelError
from telephony.message import Message
from telephony.messages import FRAME_LIMIT, FromAgent, FromLine

_LENGTH = struct.Struct(">I")
Incoming = TypeVar("Incoming")


class Channel(Generic[Incoming]):
    """A connected socket that sends any `Message` and receives `Incoming` ones."""

    def __init__(self, sock: socket.socket, incoming: object) -> None:
        self._sock = sock
        self._decoder: msgspec.msgpack.Decoder[Incoming] = msgspec.msgpack.Decoder(incoming)
        self._encoder = msgspec.msgpack.Encoder()

    def fileno(self) -> int:
        return self._sock.fileno()

    def send(self, message: Message) -> None:
        """Send one message whole. Raises ChannelClosed when the peer is gone."""
        body = self._encoder.encode(message)
        if len(body) > FRAME_LIMIT:
            raise BadMessage(f"{type(message).__name__} of {len(body)} bytes is over the limit of {FRAME_LIMIT}")
        try:
            self._sock.sendall(_LENGTH.pack(len(body)) + body)
        except OSError as error:
            raise ChannelClosed(f"peer is gone: {error}") from error

    def receive(self) -> Incoming:
        """Wait for the next message. Raises ChannelClosed at the end, BadMessage for one that does not decode
        (the stream stays in step, so the caller may go on)."""
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        if length > FRAME_LIMIT:
            raise ChannelError(f"frame of {length} bytes is over the limit of {FRAME_LIMIT}; the stream is lost")
        body = self._exactly(length)
        try:
            return self._decoder.decode(body)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise BadMessage(f"undecodable frame of {length} bytes: {error}") from error

    def close(self) -> None:
        """Close for good; a reader blocked in `receive` gets ChannelClosed."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()

    def _exactly(self, count: int) -> bytes:
        chunks = bytearray()
        while len(chunks) < count:
            try:
                chunk = self._sock.recv(count - len(chunks))
            except OSError as error:
                raise ChannelClosed(f"peer is gone: {error}") from error
            if not chunk:
                raise ChannelClosed("peer closed the socket")
            chunks += chunk
        return bytes(chunks)


def line_side(sock: socket.socket) -> Channel[FromAgent]:
    """The line's end of an accepted socket."""
    return Channel(sock, FromAgent)


def agent_side(path: Path) -> Channel[FromLine]:
    """Connect to a line's socket at `path`. Raises ChannelError when nobody listens."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.connect(str(path))
    except OSError as error:
        sock.close()
        raise ChannelError(f"no line process listens at {path}: {error}") from error
    return Channel(sock, FromLine)


def socket_paths(run_dir: Path, line: int) -> tuple[Path, Path]:
    """Paths of a line's control and audio sockets."""
    return run_dir / f"line-{line}.control", run_dir / f"line-{line}.audio"
