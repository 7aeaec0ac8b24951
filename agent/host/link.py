"""The agent's end of one line: two sockets, a thread to read and one to write each, so that no event loop waits.

::

    control socket ─► reader thread ─► on_control        audio socket ─► reader thread ─► on_heard
    control() ─► queue ─► writer thread ─► socket        say() ─► queue ─► writer thread ─► socket
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import structlog

from telephony.channel import Channel, agent_side, socket_paths
from telephony.errors import BadMessage, ChannelClosed, ChannelError
from telephony.message import Message
from telephony.messages import VERSION, Attach, Attached, FromLine, Heard, Speaking

log = structlog.get_logger()


class Line(Protocol):
    """What a session needs of its line. Both methods are thread-safe and never wait."""

    def control(self, message: Message) -> None: ...
    def say(self, message: Message) -> None: ...


class Link(Line, Protocol):
    """A line that this agent is attached to. `start` and its callbacks as in `LineLink`."""

    @property
    def attached(self) -> Attached: ...
    def start(
        self, on_control: Callable[[FromLine], None], on_heard: Callable[[Heard], None], on_gone: Callable[[], None]
    ) -> None: ...
    def close(self) -> None: ...


class LineLink:
    """A connection to one line process, from Attach until it breaks."""

    def __init__(self, control: Channel[FromLine], audio: Channel[FromLine], attached: Attached) -> None:
        self.attached = attached
        self._control = control
        self._audio = audio
        self._control_out: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._audio_out: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._gone = threading.Event()
        self._on_gone: Callable[[], None] = lambda: None

    @classmethod
    def open(cls, run_dir: Path, line: int) -> LineLink:
        """Connect and attach; blocking. Raises ChannelError when the line is not there or speaks another version."""
        control_path, audio_path = socket_paths(run_dir, line)
        control = agent_side(control_path)
        try:
            control.send(Attach(VERSION, os.getpid()))
            attached = control.receive()
            if not isinstance(attached, Attached):
                raise ChannelError(f"line {line} answered Attach with {type(attached).__name__}")
            audio = agent_side(audio_path)
            audio.send(Speaking(attached.epoch))
        except ChannelError:
            control.close()
            raise
        return cls(control, audio, attached)

    def start(
        self, on_control: Callable[[FromLine], None], on_heard: Callable[[Heard], None], on_gone: Callable[[], None]
    ) -> None:
        """Begin to read and write. The callbacks come on this link's threads; `on_gone` once, when it breaks."""
        self._on_gone = on_gone
        name = f"line-{self.attached.line}"
        for target, arguments, label in (
            (self._read_control, (on_control,), "control-in"),
            (self._read_audio, (on_heard,), "audio-in"),
            (self._write, (self._control, self._control_out), "control-out"),
            (self._write, (self._audio, self._audio_out), "audio-out"),
        ):
            threading.Thread(target=target, args=arguments, name=f"{name}-{label}", daemon=True).start()

    def control(self, message: Message) -> None:
        """Queue a control message."""
        self._control_out.put(message)

    def say(self, message: Message) -> None:
        """Queue a message of the audio socket."""
        self._audio_out.put(message)

    def close(self) -> None:
        """Break the connection; its threads end."""
        first = not self._gone.is_set()
        self._gone.set()
        self._control.close()
        self._audio.close()
        self._control_out.put(None)
        self._audio_out.put(None)
        if first:
            self._on_gone()

    def _read_control(self, on_control: Callable[[FromLine], None]) -> None:
        self._read(self._control, on_control)

    def _read_audio(self, on_heard: Callable[[Heard], None]) -> None:
        def take(message: FromLine) -> None:
            if isinstance(message, Heard):
                on_heard(message)

        self._read(self._audio, take)

    def _read(self, channel: Channel[FromLine], take: Callable[[FromLine], None]) -> None:
        while not self._gone.is_set():
            try:
                message = channel.receive()
            except BadMessage as error:
                log.warning("line sent a message we don't know", line=self.attached.line, error=str(error))
                continue
            except (ChannelError, ValueError):
                break
            take(message)
        self.close()

    def _write(self, channel: Channel[FromLine], messages: queue.SimpleQueue[Message | None]) -> None:
        while (message := messages.get()) is not None:
            try:
                channel.send(message)
            except ChannelClosed:
                break
            except BadMessage as error:
                log.error("message not sent", line=self.attached.line, error=str(error))
        self.close()
