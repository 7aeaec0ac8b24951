"""An agent that follows a script: a tone for a greeting, ears, and a memory of everything the line said."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import numpy as np

from telephony.audio import FRAME_BYTES, Samples, samples_of
from telephony.channel import Channel, agent_side, socket_paths
from telephony.errors import ChannelClosed
from telephony.message import Message
from telephony.messages import (
    VERSION,
    Alive,
    Attach,
    Attached,
    CancelTransfer,
    Drop,
    FromLine,
    HangUp,
    Heard,
    OngoingCall,
    Say,
    SendDigits,
    Speaking,
    Standby,
    Started,
    Stock,
    Transfer,
)
from telephony.orders import Place
from telephony.transfers import How

from .tones import BOT_HZ, HOLD_HZ, tone
from .until import PATIENCE_S, until

M = TypeVar("M", bound=Message)
GREETING, STANDBY = "tone-greeting", "tone-standby"
GREETING_S = 40.0


class ScriptedAgent:
    """Attached to one line. Each call is greeted with `GREETING_S` of a tone of `BOT_HZ`, unless `greets` is off."""

    def __init__(self, run_dir: Path, line: int = 0, *, greets: bool = True) -> None:
        self._paths = socket_paths(run_dir, line)
        self._greets = greets
        self._messages: list[FromLine] = []
        self._heard: dict[str, bytearray] = defaultdict(bytearray)
        self._keeping = threading.Lock()
        self._writing = threading.Lock()
        self._stop = threading.Event()
        self._generation: dict[str, int] = defaultdict(int)
        self.epoch = 0

    def __enter__(self) -> ScriptedAgent:
        self._control: Channel[FromLine] = agent_side(self._paths[0])
        self._control.send(Attach(version=VERSION, pid=os.getpid()))
        attached = self._control.receive()
        assert isinstance(attached, Attached), f"the line answered Attach with {attached}"
        self.epoch = attached.epoch
        self._audio: Channel[FromLine] = agent_side(self._paths[1])
        self._audio.send(Speaking(epoch=self.epoch))
        self._audio.send(Stock(id=GREETING, pcm=tone(BOT_HZ, GREETING_S)))
        self._audio.send(Stock(id=STANDBY, pcm=tone(HOLD_HZ, 15.0)))
        self._control.send(Standby(dialplan="default", apology=STANDBY, hold=STANDBY))
        for work in (self._control_loop, self._audio_loop, self._alive_loop):
            threading.Thread(target=work, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._stop.set()
        self._control.close()
        self._audio.close()

    @property
    def messages(self) -> list[FromLine]:
        """Every control message so far, in order."""
        with self._keeping:
            return list(self._messages)

    @property
    def starts(self) -> list[Started]:
        return self.of(Started)

    def of(self, kind: type[M], call: str = "") -> list[M]:
        """The messages of one kind, of one call where it is named."""
        return [each for each in self.messages if isinstance(each, kind) and call in ("", getattr(each, "call", ""))]

    async def expect(
        self, kind: type[M], within_s: float = PATIENCE_S, where: Callable[[M], bool] = lambda _: True, nth: int = 1
    ) -> M:
        """Wait for the nth message of a kind for which `where` holds. Fails with all there were."""

        def look() -> M | None:
            found = [each for each in self.of(kind) if where(each)]
            return found[nth - 1] if len(found) >= nth else None

        return await until(look, lambda: f"no {kind.__name__} (number {nth}); the line said {self.messages}", within_s)

    async def started(self, nth: int = 1, within_s: float = PATIENCE_S) -> OngoingCall:
        """The nth call that was answered."""
        return (await self.expect(Started, within_s, nth=nth)).call

    async def heard(self, call: str, seconds: float = 1.0, within_s: float = PATIENCE_S) -> Samples:
        """The next `seconds` of the caller, from now on; 16 kHz, shape (n,)."""
        start = len(self._heard[call])
        wanted = int(seconds * 50) * FRAME_BYTES

        def look() -> bytes | None:
            piece = bytes(self._heard[call][start : start + wanted])
            return piece if len(piece) == wanted else None

        def missing() -> str:
            return f"the line sent {len(self._heard[call]) - start} of {wanted} bytes of the caller"

        return np.array(samples_of(await until(look, missing, within_s)))

    def say(self, call: str, stock: str = GREETING) -> int:
        """Play stock audio; returns its generation."""
        self._generation[call] += 1
        generation = self._generation[call]
        self._send_audio(Say(call=call, epoch=self.epoch, generation=generation, piece=0, stock=stock, last=True))
        return generation

    def press(self, call: str, digits: str) -> None:
        self._send_control(SendDigits(call=call, digits=digits))

    def hush(self, call: str) -> None:
        """Stop what is being said."""
        self._send_control(Drop(call, self._generation[call]))

    def load(self, stock: str, pcm: bytes) -> None:
        """Load stock audio into the line."""
        self._send_audio(Stock(id=stock, pcm=pcm))

    def transfer(self, call: str, to: str, how: How = How.CONSULT, **order: Any) -> None:
        self._send_control(Transfer(call, to, how, **order))

    def cancel_transfer(self, call: str) -> None:
        self._send_control(CancelTransfer(call))

    def place(self, order: str, to: str, trunk: str, ring_s: float = 20.0) -> None:
        self._send_control(Place(order, to, trunk, "5550199", "default", ring_s))

    def hang_up(self, call: str) -> None:
        self._send_control(HangUp(call=call))

    def _send_control(self, message: Message) -> None:
        with self._writing:
            self._control.send(message)

    def _send_audio(self, message: Message) -> None:
        with self._writing:
            self._audio.send(message)

    def _control_loop(self) -> None:
        self._receive(self._control, self._remember)

    def _audio_loop(self) -> None:
        self._receive(self._audio, self._listen)

    def _receive(self, channel: Channel[FromLine], take: Callable[[FromLine], None]) -> None:
        while not self._stop.is_set():
            try:
                message = channel.receive()
            except ChannelClosed:
                return
            take(message)

    def _remember(self, message: FromLine) -> None:
        with self._keeping:
            self._messages.append(message)
        if isinstance(message, Started) and self._greets:
            self.say(message.call.call)

    def _listen(self, message: FromLine) -> None:
        assert isinstance(message, Heard), f"{type(message).__name__} on the audio socket"
        with self._keeping:
            self._heard[message.call] += message.pcm

    def _alive_loop(self) -> None:
        while not self._stop.wait(0.5):
            try:
                self._send_control(Alive())
            except ChannelClosed:
                return
