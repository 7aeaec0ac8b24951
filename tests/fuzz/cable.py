"""Both sockets between the line and one agent: four pipes, each in order and none in step with another.

::

    agent  control(), say() ──► pipe ──► TelephoneLine.take_control, take_audio
           on_control, on_heard ◄── pipe ◄── tell(), hear()  Switchboard
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from telephony.message import Message
from telephony.messages import Attached, FromLine, Heard
from tests.fuzz.pipe import Pipe
from tests.fuzz.virtual_loop import VirtualLoop

if TYPE_CHECKING:
    from tests.fuzz.line import TelephoneLine


class Cable:
    """The line's `Agent` and the agent's `Link`."""

    attached: Attached

    def __init__(self, loop: VirtualLoop, line: TelephoneLine) -> None:
        self._line = line
        self._loop = loop
        self._alive = True  # the agent writes to it
        self._on_gone: Callable[[], None] = lambda: None
        self.control_out: Pipe[Message | None] = Pipe(loop, self._arrives)
        self.audio_out: Pipe[Message] = Pipe(loop, line.take_audio)
        self.control_in: Pipe[FromLine] = Pipe(loop)
        self.audio_in: Pipe[Heard] = Pipe(loop)

    # ── the line's end ─────────────────────────────────────────────────────────────────────────────

    def tell(self, message: FromLine) -> None:
        if isinstance(message, Attached):
            self.attached = message
        elif self._alive:
            self.control_in.put(message)

    def hear(self, frame: Heard) -> None:
        if self._alive:
            self.audio_in.put(frame)

    def _arrives(self, message: Message | None) -> None:
        if message is None:  # the socket is at its end
            self._line.lets_go(self)
        else:
            self._line.take_control(self, message)

    # ── the agent's end ────────────────────────────────────────────────────────────────────────────

    def control(self, message: Message) -> None:
        if self._alive:
            self.control_out.put(message)

    def say(self, message: Message) -> None:
        if self._alive:
            self.audio_out.put(message)

    def start(
        self, on_control: Callable[[FromLine], None], on_heard: Callable[[Heard], None], on_gone: Callable[[], None]
    ) -> None:
        def take(message: FromLine) -> None:
            self._line.delivered(self.attached.epoch, message)
            on_control(message)

        self._on_gone = on_gone
        self.control_in.open(take)
        self.audio_in.open(on_heard)
        if not self._alive:  # it broke before anybody read from it
            on_gone()

    def close(self) -> None:
        """The agent closes its sockets, or they break; what it has written still arrives."""
        if not self._alive:
            return
        self._alive = False
        self.control_in.shut()
        self.audio_in.shut()
        self._line.forgets(self.attached.epoch)
        self.control_out.put(None)
        self._on_gone()

    def cut(self, lose: bool) -> None:
        """The agent's process is dead; `lose`: with what it had not written yet."""
        if not self._alive:
            return
        self._on_gone = lambda: None
        if lose:
            self.control_out.lose()
            self.audio_out.lose()
        self.close()

    def late(self, control_out: float, audio_out: float, control_in: float, audio_in: float) -> None:
        """How many seconds messages of each kind are under way from now on."""
        self.control_out.delay, self.audio_out.delay = control_out, audio_out
        self.control_in.delay, self.audio_in.delay = control_in, audio_in
