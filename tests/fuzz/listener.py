"""Who listens to every frame that leaves the line, and objects to what a caller must never hear.

It believes no account of what was said: each piece is dyed on its way to the ledger (`dye`), so a frame tells by itself
which generation it is of and which part of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.engines.contract import SpokenWord
from telephony.audio import FRAME_SAMPLES, SILENCE
from telephony.message import Message
from telephony.messages import REWIND_LIMIT, Drop, Pause, Restore
from tests.fuzz.dye import Dyed, dyed, mark_of, runs_in
from tests.fuzz.spelling import spelled_in

Key = tuple[int, int]  # epoch, generation: rises with time


@dataclass(slots=True)
class Said:
    """One generation: the sound that was handed over, as the voice spelled it, and how far it was heard."""

    mark: int
    reply: bool = True
    sound: bytearray = field(default_factory=bytearray)
    place: int = -1  # heard last
    furthest: int = -1
    again: int = 0  # samples that it may go back by

    @property
    def words(self) -> list[SpokenWord]:
        return spelled_in(bytes(self.sound))

    @property
    def heard(self) -> tuple[int, int]:
        """Samples that were heard, at least and at most: the dye tells it to a frame."""
        if self.furthest < 0:
            return 0, 0
        end = len(self.sound) // 2
        return min(self.furthest * FRAME_SAMPLES + 1, end), min((self.furthest + 1) * FRAME_SAMPLES, end)


class Listener:
    """One call's after another."""

    def __init__(self) -> None:
        self.objections: list[str] = []
        self.said: dict[Key, Said] = {}
        self._of_mark: dict[int, Key] = {}
        self._epoch = 0
        self._floor = 0
        self._paused: set[int] = set()
        self._last: Key = (0, 0)  # heard
        self._quiet = 0  # frames without a sound of anybody

    def begin(self) -> None:
        """Another call."""
        self.said.clear()
        self._of_mark.clear()
        self._floor, self._last, self._quiet = 0, (0, 0), 0
        self._paused.clear()

    def attached(self, epoch: int) -> None:
        """Nobody but the agent of this epoch speaks from now on."""
        self._epoch, self._floor = epoch, 0
        self._paused.clear()

    def told(self, message: Message) -> None:
        """What the agent has told the line, when the line knows it."""
        match message:
            case Drop(upto=upto):
                self._floor = max(self._floor, upto)
            case Pause(generation=generation):
                self._paused.add(generation)
            case Restore(generation=generation, rewind=rewind):
                self._paused.discard(generation)
                said = self.said.get((self._epoch, generation))
                if said is not None:
                    said.again = max(said.again, min(rewind, REWIND_LIMIT))

    def dye(self, epoch: int, generation: int, pcm: bytes, reply: bool) -> bytes:
        """The piece of a generation that comes next, in its place. `reply`: it is to be remembered."""
        key = (epoch, generation)
        said = self.said.get(key)
        if said is None:
            said = self.said[key] = Said(mark_of(len(self.said)))
            self._of_mark[said.mark] = key
        stained = dyed(said.mark, len(said.sound) // 2, len(pcm) // 2)
        said.sound += pcm
        said.reply = said.reply and reply
        return stained

    def frame(self, given: bytes, sent: bytes) -> None:
        """One frame: as the ledger gave it, and as it was sent."""
        runs = list(runs_in(given))
        if len({run.mark for run in runs}) > 1:
            self._object(f"two are audible in one frame: {runs}")
        for run in runs:
            if run.mark:
                self._hear(run)
        self._quiet = 0 if runs else self._quiet + 1
        if self._quiet > 1 and sent != SILENCE:
            self._object("more than a frame after the last sound there is still something to be heard")

    def _hear(self, run: Dyed) -> None:
        key = self._of_mark[run.mark]
        epoch, generation = key
        said = self.said[key]
        if epoch != self._epoch:
            self._object(f"{generation} of epoch {epoch} is heard in epoch {self._epoch}")
        elif generation <= self._floor:
            self._object(f"{generation} is heard, and everything up to {self._floor} was dropped")
        elif generation in self._paused:
            self._object(f"{generation} is heard in its pause")
        if key < self._last:
            self._object(f"{key} is heard after {self._last}")
        if not said.place <= run.place <= said.place + 1:
            back = (said.place - run.place) * FRAME_SAMPLES
            if not 0 < back <= said.again + FRAME_SAMPLES:
                self._object(f"{key} goes on at frame {run.place}, after {said.place}")
            said.again = 0
        said.place = run.place
        said.furthest = max(said.furthest, run.place)
        self._last = max(self._last, key)

    def _object(self, what: str) -> None:
        self.objections.append(what)
