"""The two sockets to the agent: control and audio, each with a reader and a writer thread of its own.

::

    control  accept ─► Attach ─► Attached(epoch, calls) ─► Pause, Drop, …      ◄── Started, Played, Digit, …
    audio    accept ─► Speaking(epoch) ─► Stock, Say                           ◄── Heard

Nothing here makes the line wait: what goes out is queued, a slow agent loses the oldest frames (counted in the next
`Heard` and in the report), and one that no longer reads its control socket is let go.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from collections import deque
from pathlib import Path

import msgspec
import structlog

from telephony.call.switchboard import Switchboard
from telephony.channel import Channel, line_side
from telephony.errors import BadMessage, ChannelClosed, ChannelError
from telephony.message import Message
from telephony.messages import VERSION, Alive, Attach, FromAgent, Heard, Speaking

FRAMES_LIMIT = 300  # 2 s of three calls
MESSAGES_LIMIT = 20_000
SILENT_S = 3.0

log = structlog.get_logger()


class Outbox:
    """Messages waiting for one socket, sent by a thread of its own."""

    def __init__(self, channel: Channel[FromAgent], name: str, limit: int) -> None:
        self.overflow = 0
        self._channel = channel
        self._limit = limit
        self._queue: deque[Message] = deque()
        self._lost: dict[str, int] = {}
        self._ready = threading.Condition()
        self._closed = False
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def put(self, message: Message) -> bool:
        """Queue a message. False when the queue was full: then the oldest frame made room, or, where it holds
        no frames, the message is lost."""
        with self._ready:
            full = len(self._queue) >= self._limit
            if full:
                self.overflow += 1
                oldest = self._queue.popleft()
                if isinstance(oldest, Heard):
                    self._lost[oldest.call] = self._lost.get(oldest.call, 0) + 1 + oldest.lost
            self._queue.append(message)
            self._ready.notify()
        return not full

    def close(self) -> None:
        with self._ready:
            self._closed = True
            self._ready.notify()
        self._channel.close()

    def _run(self) -> None:
        while True:
            with self._ready:
                while not self._queue and not self._closed:
                    self._ready.wait()
                if self._closed:
                    return
                message = self._queue.popleft()
                if isinstance(message, Heard) and self._lost:
                    message = msgspec.structs.replace(message, lost=self._lost.pop(message.call, 0))
            try:
                self._channel.send(message)
            except ChannelClosed:
                return
            except BadMessage as error:
                log.error("message for the agent is too large", reason=str(error))


class AgentLink:
    """One attached agent: its control socket, and its audio socket once that is bound."""

    def __init__(self, control: Channel[FromAgent]) -> None:
        self.epoch = 0
        self.last_alive = time.monotonic()
        self._control_channel = control
        self._control = Outbox(control, "control-out", MESSAGES_LIMIT)
        self._audio: Outbox | None = None

    def tell(self, message: Message) -> None:
        if not self._control.put(message):
            log.error("agent does not read its control socket and is let go", epoch=self.epoch)
            self._control_channel.close()

    def hear(self, frame: Heard) -> None:
        audio = self._audio
        if audio is not None:
            audio.put(frame)

    @property
    def frames_lost(self) -> int:
        return self._audio.overflow if self._audio is not None else 0

    def bind_audio(self, channel: Channel[FromAgent]) -> None:
        self._audio = Outbox(channel, "audio-out", FRAMES_LIMIT)

    def close(self) -> None:
        self._control.close()
        if self._audio is not None:
            self._audio.close()


class LinkServer:
    """Listens on the line's two sockets and serves one agent at a time; a newer one takes over."""

    def __init__(self, switchboard: Switchboard, control_path: Path, audio_path: Path) -> None:
        self._board = switchboard
        self._paths = (control_path, audio_path)
        self._lock = threading.Lock()
        self._link: AgentLink | None = None
        self._lost = 0
        self._listeners = [_listen(path) for path in self._paths]
        self._wake_read, self._wake_write = socket.socketpair()
        self._thread = threading.Thread(target=self._accept, name="accept", daemon=True)
        self._thread.start()

    @property
    def frames_lost(self) -> int:
        """Frames of callers that slow agents never got, since the start."""
        link = self._link
        return self._lost + (link.frames_lost if link is not None else 0)

    def watch(self, now: float) -> None:
        """Called a few times a second: is the agent alive?"""
        link = self._link
        if link is not None:
            self._board.silent(now - link.last_alive >= SILENT_S)

    def close(self) -> None:
        self._wake_write.send(b"x")
        self._thread.join(timeout=2.0)
        for listener, path in zip(self._listeners, self._paths, strict=True):
            listener.close()
            with contextlib.suppress(OSError):
                path.unlink()
        link = self._link
        if link is not None:
            link.close()
        self._wake_read.close()
        self._wake_write.close()

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            for listener, serve in zip(self._listeners, (self._serve_control, self._serve_audio), strict=True):
                selector.register(listener, selectors.EVENT_READ, serve)
            selector.register(self._wake_read, selectors.EVENT_READ, None)
            while True:
                for key, _ in selector.select():
                    if key.data is None:
                        return
                    assert isinstance(key.fileobj, socket.socket)
                    peer, _address = key.fileobj.accept()
                    name = "control-in" if key.data == self._serve_control else "audio-in"
                    threading.Thread(target=key.data, args=(line_side(peer),), name=name, daemon=True).start()

    def _serve_control(self, channel: Channel[FromAgent]) -> None:
        try:
            first = channel.receive()
            if not isinstance(first, Attach) or first.version != VERSION:
                log.error("agent speaks another version", ours=VERSION, first=repr(first))
                return
            link = AgentLink(channel)
            self._take_over(link)
            log.info("agent attached", epoch=link.epoch, pid=first.pid)
            try:
                self._read_control(channel, link)
            finally:
                self._board.detach(link)
                self._let_go(link)
        except ChannelError as error:
            log.info("control socket closed", reason=str(error))
        finally:
            channel.close()

    def _take_over(self, link: AgentLink) -> None:
        with self._lock:
            old, self._link = self._link, link
            link.epoch = self._board.attach(link)
        if old is not None:
            self._lost += old.frames_lost
            old.close()

    def _let_go(self, link: AgentLink) -> None:
        with self._lock:
            if self._link is link:
                self._lost += link.frames_lost
                self._link = None
        link.close()

    def _read_control(self, channel: Channel[FromAgent], link: AgentLink) -> None:
        while True:
            try:
                message = channel.receive()
            except BadMessage as error:
                log.error("undecodable control message", reason=str(error))
                continue
            link.last_alive = time.monotonic()
            if self._link is not link:
                return
            if not isinstance(message, Alive):
                self._board.control(message)

    def _serve_audio(self, channel: Channel[FromAgent]) -> None:
        link: AgentLink | None = None
        try:
            first = channel.receive()
            link = self._link
            if not isinstance(first, Speaking) or link is None or first.epoch != link.epoch:
                log.error("audio socket without a valid epoch", first=type(first).__name__)
                link = None
                return
            link.bind_audio(channel)
            while self._link is link:
                try:
                    message = channel.receive()
                    link.last_alive = time.monotonic()
                    self._board.audio(message)
                except BadMessage as error:
                    log.error("undecodable audio message", reason=str(error))
        except ChannelError as error:
            log.info("audio socket closed", reason=str(error))
        finally:
            channel.close()
            if link is not None:
                link.close()  # half an agent is none: its control socket ends too


def _listen(path: Path) -> socket.socket:
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(path))
    except OSError as error:
        raise ChannelError(f"cannot listen at {path}: {error}; choose a shorter or writable run_dir") from error
    path.chmod(0o600)
    listener.listen(4)
    return listener
