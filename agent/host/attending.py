"""What is done while the caller has the turn: their words are asked for and weighed, and a reply is drafted.

::

    Flush, Peek ─► Hearing ─► Words ─► the table        Weigh, Listen ─► Weighed ─► the table
                                                        Draft ─► Answering ─► how well the words fit ─► Weighed

Nobody waits for any of it, so whatever of it fails does not end the call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from agent.engines.contract import RecogniserFailed
from agent.host.answering import Answering, Now
from agent.host.company import LONGEST_TEXT, Company
from agent.host.hearing import Hearing, Judged
from agent.host.kit import Kit
from agent.host.mouth import Mouth
from agent.ledger.spans import TurnSpans
from agent.listen.ear import Transcript
from agent.turn import moves
from agent.turn.state import Turn
from telephony.audio import samples

MUSIC = samples(75.0)  # longer than a waiting caller is left alone


class Attending:
    """One call's; belongs to the event loop. `turn` gives the turn as it stands, `tell` takes what is known of it."""

    def __init__(
        self,
        call: str,
        kit: Kit,
        hearing: Hearing,
        answering: Answering,
        *,
        mouth: Mouth,
        company: Company,
        spans: TurnSpans,
        turn: Callable[[], Turn],
        tell: Callable[..., None],
        now: Now,
    ) -> None:
        self._kit = kit
        self._hearing = hearing
        self._answering = answering
        self._mouth = mouth
        self._company = company
        self._spans = spans
        self._turn = turn
        self._tell = tell
        self._now = now
        self._log = structlog.get_logger().bind(call=call)
        self._group: asyncio.TaskGroup

    def within(self, group: asyncio.TaskGroup) -> None:
        """What takes its time is cancelled with the group."""
        self._group = group

    async def open(self) -> None:
        """Open the recogniser. Raises RecogniserError."""
        await asyncio.to_thread(self._hearing.open, self._take, self._deaf)

    def do(self, effect: moves.Ahead) -> None:
        """What the table asks for."""
        expects = self._turn().expects
        match effect:
            case moves.Flush():
                self._flush()
            case moves.Peek():
                self._hearing.peek()
            case moves.Murmur(generation=generation, said=said):
                self._answering.murmur(generation, said)
            case moves.PlayMusic(generation=generation):
                self._play_music(generation)
            case moves.Weigh(said=said):
                self._aside(self._weigh(self._hearing.weigh(expects.question, said)), "weigh the words")
            case moves.Listen(said=said, end=end):
                self._aside(self._weigh(self._hearing.sound(said, end)), "weigh the sound")
            case moves.Draft(said=said):
                self._aside(self._draft(said), "draft")
            case moves.ReadAlong(said=said):
                self._aside(self._hearing.expect(expects.question, said), "read along")

    def _play_music(self, generation: int) -> None:
        if (music := self._kit.music) is not None:
            self._mouth.murmur(generation, music, times=-(-MUSIC // (len(music.pcm) // 2)))

    def _flush(self) -> None:
        now = self._now()
        self._spans.mark("flush", now)
        if not self._hearing.flush():
            self._aside(self.open(), "open recogniser")
            self._tell(moves.Deaf(now))
            self._tell(moves.Words(now, self._turn().hearing, "", flushed=True))

    def _take(self, heard: Transcript, judged: Judged | None) -> None:
        if heard.flushed:
            self._spans.mark("words", self._now())
        crowded, turn = not self._kit.presence.alone, self._turn()
        words = self._hearing.words(heard, self._mouth.recent(self._now()), judged, crowded)
        if self._kit.log_transcripts and turn.audible:
            self._log.debug("words over the bot", text=words.text, over=words.over.value, asked=words.flushed)
        said = self._mouth.recent(self._now(), LONGEST_TEXT)
        self._tell(*self._company.words(turn, words, said), words)

    def _deaf(self, failure: RecogniserFailed) -> None:
        self._log.error("recogniser failed", reason=failure.reason, recovered=failure.recovered)
        self._tell(moves.Deaf(self._now()))

    async def _weigh(self, weighing: Coroutine[Any, Any, moves.Weighed | None]) -> None:
        weighed = await weighing
        if weighed is not None:
            self._spans.mark("weighed", weighed.at)
            self._tell(weighed)

    async def _draft(self, said: str) -> None:
        """A reply to `said`, in case that is all."""
        topic = await self._answering.draft(said, self._turn().expects.awaited)
        if topic is not None:
            ends, known = self._kit.ends.log_odds(said), max(topic, self._kit.misheard.nearness(said))
            self._tell(moves.Weighed(self._now(), said, topic=known, ends=ends))

    def _aside(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do something that nobody waits for; its fault must not end the call."""

        async def guarded() -> None:
            try:
                await work
            except Exception:  # noqa: BLE001 - logged with its trace
                self._log.exception("failed aside", what=name)

        self._group.create_task(guarded(), name=name)
