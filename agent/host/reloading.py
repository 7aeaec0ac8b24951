"""New versions of the dialplans for the running agent: seen or asked for, read, made ready, and only then exchanged.

::

    files, once a second ─► Watch: still? ─► read, check ─► Outfitter: embed, render ─► lines: new sounds ─► exchange
    SIGHUP ─────────────────────┘                └─ bad ──────────┴─► the version before goes on, and it is told why

Calls that run keep the version that they began with.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import structlog

from agent.dialplan.callback_findings import forbidden
from agent.dialplan.schema import Dialplan
from agent.host.business import Business
from agent.host.edition import Edition, read_edition, stamps_of
from agent.host.line_desk import LineDesk
from agent.host.opening import Opened
from agent.host.watch import POLL_S, STILL_S, Watch
from agent.live import DialplansRead, Emit
from telephony.config import Trunk

log = structlog.get_logger()

GAP_S = 0.001  # after each sentence that is embedded: calls want the embedder, too
SOUND_GAP_S = 0.01  # after each sound for the lines: what calls say goes the same way


class Reloading:
    """The event loop owns it."""

    def __init__(
        self,
        files: Mapping[str, Path],
        opened: Opened,
        desks: Sequence[LineDesk],
        emit: Emit,
        trunks: Sequence[Trunk] = (),
    ) -> None:
        """`files`: dialplan -> its file; `trunks`: at which callbacks may be made."""
        self._files = files
        self._room, self._outfitter, self._first, self._last_good = opened
        self._desks = desks
        self._emit = emit
        self._trunks = trunks
        self._since = dict.fromkeys(files, time.time())  # dialplan -> when its version began to answer
        self._asked = asyncio.Event()

    def ask(self) -> None:
        """Read the files as soon as they hold still, changed or not."""
        self._asked.set()

    async def run(self) -> None:
        """Watch and reload until cancelled."""
        now = asyncio.get_running_loop().time
        watched = self._first.stamps
        watch = Watch(watched, watched, now())
        self._tell(self._read(self._first, self._first.errors))
        while True:
            await self._wait(watch)
            if self._asked.is_set():
                watch = watch.ask()
            watch = watch.look(await asyncio.to_thread(stamps_of, watched), now())
            if not watch.due(now()):
                continue
            asked = self._asked.is_set()
            self._asked.clear()  # whoever asks from here on wants what is in the files then
            edition = await asyncio.to_thread(read_edition, self._files)
            watched = edition.stamps
            watch = watch.done(watched)
            self._tell(msgspec.structs.replace(await self._take(edition), asked=asked))

    async def _wait(self, watch: Watch) -> None:
        """Until it is time to look."""
        if watch.pending:
            await asyncio.sleep(STILL_S)
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._asked.wait(), POLL_S)

    async def _take(self, edition: Edition) -> DialplansRead:
        """Make ready what is new of an edition, and have new calls answered by it."""
        made: dict[str, Business] = {}
        errors = list(edition.errors)
        for name, plan in edition.plans.items():
            if plan == self._plan(name) and await asyncio.to_thread(self._outfitter.is_heard, name, plan):
                continue
            try:
                made[name] = await self._outfitter.fit(name, plan, GAP_S)
            except Exception as error:  # noqa: BLE001 - whatever it is, it must not end the calls that run
                errors.append(f"{self._files[name]}:1:1: it can't be made ready: {error}")
        await self._exchange(made)
        await asyncio.to_thread(self._last_good.keep, self._taken(edition))
        return self._read(edition, errors)

    def _taken(self, edition: Edition) -> Edition:
        """An edition without the dialplans that new calls are not answered by."""
        plans = {name: plan for name, plan in edition.plans.items() if plan == self._plan(name)}
        return msgspec.structs.replace(edition, plans=plans)

    def _read(self, edition: Edition, errors: Sequence[str]) -> DialplansRead:
        good = {name: self._since[name] for name in self._taken(edition).plans}
        return DialplansRead(good, tuple(errors), tuple(self._notes()))

    def _plan(self, name: str) -> Dialplan:
        """By which new calls are answered."""
        return self._room.businesses[name].plan

    def _notes(self) -> list[str]:
        numbers = [
            f"{self._files[name]}: its numbers have changed; lines go by them when offhook starts again"
            for name, first in self._first.plans.items()
            if first.numbers != self._plan(name).numbers
        ]
        callbacks = [
            f"{self._files[name]}: {why}"
            for name, business in self._room.businesses.items()
            if business.plan.callbacks is not None
            and (why := forbidden(business.plan.callbacks, self._trunks)) is not None
        ]
        return numbers + callbacks

    async def _exchange(self, made: Mapping[str, Business]) -> None:
        for sound in self._room.expect(made):
            for desk in self._desks:
                desk.shelve(sound)
            await asyncio.sleep(SOUND_GAP_S)
        self._room.exchange()
        for desk in self._desks:
            desk.stand_by(made)
        if made:
            self._since |= dict.fromkeys(made, time.time())
            log.info("new calls are answered by new versions of dialplans", dialplans=list(made))

    def _tell(self, read: DialplansRead) -> None:
        self._emit(read)
        for note in read.notes:
            log.warning("a dialplan asks for what is not done", what=note)
        for error in read.errors:
            log.error("dialplan not taken, the version before goes on", error=error)
