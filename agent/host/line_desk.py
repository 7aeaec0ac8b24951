"""Where one line's calls are looked after: attaches, hands the line its sounds, and runs a session a call.

When the line process dies its calls are gone: the sessions end, and the desk attaches to the line's successor.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import structlog

from agent.host.business import Business, Sound
from agent.host.engine_room import EngineRoom
from agent.host.link import LineLink, Link
from agent.host.session import Session
from agent.listen.far_end import Far
from agent.live import Emit, Fault
from telephony.errors import ChannelError
from telephony.message import Message
from telephony.messages import Finished, FromLine, HangUp, Heard, OngoingCall, Standby, Started, Stock, Transferred
from telephony.orders import NotReached

log = structlog.get_logger()

RETRY_S = 0.1
_MACHINES = (Far.MACHINE, Far.FAX)


class LineDesk:
    """The agent's side of one line."""

    def __init__(
        self,
        run_dir: Path,
        line: int,
        room: EngineRoom,
        emit: Emit,
        connect: Callable[[Path, int], Link] = LineLink.open,
        *,
        ordered: Callable[[OngoingCall | NotReached], None] = lambda news: None,
        put_through: Callable[[str], None] = lambda order: None,
        no_person: Callable[[str, Far], None] = lambda order, far: None,
    ) -> None:
        """`connect` blocks until it is attached to a line, or raises ChannelError. `ordered` is told what came of calls
        that the line was asked to place; of one that is up perhaps twice. `put_through`: by which order whoever was
        called talks to somebody else now. `no_person`: whose call is over, and was a machine's or a fax's."""
        self.line = line
        self.sessions: dict[str, Session] = {}
        self._run_dir = run_dir
        self._room = room
        self._emit = emit
        self._connect = connect
        self._ordered = ordered
        self._put_through = put_through
        self._no_person = no_person
        self._link: Link | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def attached(self) -> bool:
        """Whether the line has an agent in us."""
        return self._link is not None

    @property
    def busy(self) -> int:
        """Calls that are held here."""
        return len(self.sessions)

    @property
    def calls(self) -> tuple[OngoingCall, ...]:
        """Those."""
        return tuple(session.call for session in self.sessions.values())

    def control(self, message: Message) -> None:
        """Tell the line something, if it is there."""
        if self._link is not None:
            self._link.control(message)

    def shelve(self, sound: Sound) -> None:
        """Hand the line a sound that a dialplan will need, if the line is there."""
        if self._link is not None:
            self._link.say(Stock(sound.id, sound.pcm))

    def stand_by(self, businesses: Mapping[str, Business]) -> None:
        """Tell the line what it plays by itself in calls of these dialplans when the agent is gone."""
        if self._link is not None:
            _stand_by(self._link, businesses)

    async def run(self) -> None:
        """Attach, again and again, until cancelled."""
        while True:
            try:
                link = await asyncio.to_thread(self._connect, self._run_dir, self.line)
            except ChannelError:
                await asyncio.sleep(RETRY_S)
                continue
            try:
                await self._serve(link)
            finally:
                self._link = None
                link.close()
                await self._end_sessions()
            log.warning("line is gone", line=self.line)

    async def _serve(self, link: Link) -> None:
        loop = asyncio.get_running_loop()
        gone = asyncio.Event()
        for sound in self._room.stock():
            link.say(Stock(sound.id, sound.pcm))
        _stand_by(link, self._room.businesses)
        for call in link.attached.calls:
            self._open(call, link)

        def on_control(message: FromLine) -> None:
            loop.call_soon_threadsafe(self._take, message, link)

        def on_gone() -> None:
            loop.call_soon_threadsafe(gone.set)

        link.start(on_control, self._hear, on_gone)
        self._link = link
        log.info("attached to line", line=self.line, epoch=link.attached.epoch, calls=len(link.attached.calls))
        await gone.wait()

    def _hear(self, frame: Heard) -> None:
        """On the audio thread."""
        session = self.sessions.get(frame.call)
        if session is not None:
            session.heard(frame)

    def _take(self, message: FromLine, link: Link) -> None:
        if isinstance(message, Started):
            self._open(message.call, link)
            return
        if isinstance(message, NotReached):
            self._ordered(message)
            return
        call = getattr(message, "call", "")
        session = self.sessions.get(call)
        if session is None:
            if not isinstance(message, Finished):
                log.debug("message about a call that is over", call=call, message=type(message).__name__)
            return
        if isinstance(message, Transferred) and session.call.order:
            self._put_through(session.call.order)
        session.control(message)

    def _open(self, call: OngoingCall, link: Link) -> None:
        if call.call in self.sessions:
            return
        if call.order:
            self._ordered(call)
        kit = self._room.begin(call.call, call.dialplan)
        if kit is None:
            text = f"no dialplan {call.dialplan!r} here; known are {', '.join(self._room.businesses)}"
            log.error("call ended", call=call.call, reason=text)
            self._emit(Fault(text, call.call))
            link.control(HangUp(call.call))
            return
        session = Session(call, link.attached.epoch, link, kit, self._emit)
        self.sessions[call.call] = session
        task = asyncio.create_task(session.run(), name=call.call)
        self._tasks[call.call] = task
        task.add_done_callback(lambda done: self._closed(session, link, done))

    def _closed(self, session: Session, link: Link, task: asyncio.Task[None]) -> None:
        call = session.call
        if call.order and session.over and session.far in _MACHINES:
            self._no_person(call.order, session.far)
        self.sessions.pop(call.call, None)
        self._tasks.pop(call.call, None)
        self._room.forget(call.call)
        if task.cancelled() or task.exception() is None:
            return
        log.error("session failed, its call is ended", call=call.call, exc_info=task.exception())
        self._emit(Fault(f"session failed: {task.exception()!r}", call.call))
        link.control(HangUp(call.call))

    async def _end_sessions(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _stand_by(link: Link, businesses: Mapping[str, Business]) -> None:
    for name, business in businesses.items():
        link.control(Standby(name, business.apology_id, business.hold_id))
