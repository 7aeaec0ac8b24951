"""The bot's side of one call: makes replies, from drafts where there are some, and says them as generations.

::

    draft(said) ─► Drafts: a copy of the conversation ─► reply, first clause
    begin(ask) ──► the draft, or the conversation ─► reply ─► Mouth ─► the line
    ended ───────► what was heard enters the conversation

The conversation's state is `version`; whatever moves it makes drafts of the state before worthless.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any

import structlog

from agent.engines.contract import Priority, Urgency
from agent.errors import AgentError
from agent.host.errands import Came
from agent.host.link import Line
from agent.host.mouth import Mouth, Speech
from agent.ledger.entry import kind_of
from agent.ledger.spans import TurnSpans
from agent.reply.conversation import Conversation
from agent.reply.draft import Draft, Drafts, History, Sound
from agent.reply.reply import Awaited, Due, Reply, Route, TakenMessage
from agent.reply.responder import Responder
from agent.reply.told import Told
from agent.speak.acknowledge import Acknowledgements, Share
from agent.speak.first_sound import FirstSound
from agent.speak.speaker import SpeechPiece
from agent.turn import moves
from telephony import messages as wire
from telephony.audio import ms

_ASKS = (Route.MESSAGE, Route.FLOW)  # whose words fit says nothing about whether there are more
_DICTATED = (Awaited.MESSAGE, Awaited.DIGITS, Awaited.NAME)  # whatever is said is an answer to these

Tell = Callable[[moves.Event], None]
Now = Callable[[], int]


class _Watch:
    """Keeps a draft's moments for the ledger."""

    def __init__(self, spans: TurnSpans, now: Now) -> None:
        self.spans = spans.draft(now())
        self._turn = spans
        self._now = now

    def made(self) -> None:
        self.spans.mark("prepared", self._now())

    def sounded(self) -> None:
        self.spans.mark("clause", self._now())

    def dropped(self) -> None:
        self._turn.drop(self.spans, self._now())


class Answering:
    """One call's. Belongs to the event loop; understanding runs on worker threads, one at a time."""

    def __init__(
        self,
        call: wire.OngoingCall,
        line: Line,
        responder: Responder,
        speech: Speech,
        mouth: Mouth,
        *,
        tell: Tell,
        now: Now,
        spans: TurnSpans,
        first_sound: FirstSound,
        share: Share,
        murmurs: Mapping[str, SpeechPiece],
        closed: Callable[[str], str] = lambda said: "",
    ) -> None:
        self.reply: Reply | None = None  # the latest prepared
        self._call = call
        self._line = line
        self._responder = responder
        self._speech = speech
        self._mouth = mouth
        self._tell = tell
        self._now = now
        self._log = structlog.get_logger().bind(call=call.call)
        self._conversation = responder.conversation(call.caller, call.checkpoint, placed=bool(call.order))
        if call.checkpoint:  # here, for a resumption that the caller speaks over goes back to what is before it
            self._conversation.take_up()
        self._version = 0
        self._ahead = b""  # the same from before what a key or an outcome brought about
        self._came: Came | None = None  # that outcome
        self._before = b""  # checkpoint from before the latest answer
        self._said = 0  # generation of the reply that the conversation was moved on by last; 0: none that has begun
        self._thinking = threading.Lock()  # one thread at a time moves the conversation on
        self._generation = 0  # of the latest reply
        self._pending: Reply | None = None  # brought about by a key, or by what a tool gave
        self._maker: asyncio.Task[None] | None = None
        self._spans = spans
        self._first_sound = first_sound
        phrases = responder.plan.phrases
        self._murmurs = murmurs
        self._heard_again: dict[str, str] = {}  # by the words of a draft, as it was made
        self._closed = closed  # what a recogniser of what is awaited has heard of a turn
        self._acknowledgements = Acknowledgements(phrases.acknowledgements, phrases.fillers, share, tuple(murmurs))
        self._drafts: Drafts[SpeechPiece] = Drafts(self._answer_on_copy, self._speak, lambda: _Watch(spans, now))

    # ── drafts ─────────────────────────────────────────────────────────────────────────────────────

    async def draft(self, said: str, expects: Awaited) -> float | None:
        """Make a reply to `said` ready. Gives how well the words fit what the dialplan knows, None where that says
        nothing about whether they are all."""
        draft = self._drafts.begin(said, self._version)
        try:
            _, reply = await asyncio.shield(draft.made)
        except AgentError:
            return None  # the reply that counts will say so
        known = expects not in _DICTATED and reply.route not in _ASKS
        return reply.confidence if known else None

    def _answer_on_copy(self, said: str) -> tuple[Conversation, Reply]:
        """On a worker thread."""
        with self._thinking:
            copy = self._responder.conversation(self._call.caller, self._conversation.checkpoint())
            closed = self._heard_again[said] = self._closed(said)
        return copy, copy.answer(said, closed)

    async def _speak(self, reply: Reply, history: History, urgency: Urgency) -> AsyncGenerator[SpeechPiece]:
        begun, first = self._now(), True
        async with contextlib.aclosing(self._speech.pieces(reply, self._call.call, history, urgency)) as pieces:
            async for piece in pieces:
                if first:
                    first = False
                    self._first_sound.took(kind_of(reply), ms(self._now() - begun))
                yield piece

    # ── replies ────────────────────────────────────────────────────────────────────────────────────

    def begin(self, generation: int, ask: moves.Ask, group: asyncio.TaskGroup) -> None:
        """Make and say a reply as `generation`."""
        self.stop()
        self._generation = generation
        brought = isinstance(ask, moves.Pending) and self._pending is not None
        self._before = self._ahead if brought else self._conversation.checkpoint()
        self._came = self._came if brought else None
        self.reply = None
        self._mouth.open(generation)
        self._maker = group.create_task(self._make(generation, ask), name=f"reply {generation}")

    def told(self, generation: int) -> dict[str, Any]:
        """What a log may tell of a generation besides its words: `reply`, where it is the latest reply."""
        reply = self.reply if generation == self._generation else None
        return {} if reply is None else {"reply": Told.of(reply).plain()}

    def pending(self, digit: str) -> bool:
        """A key was pressed. Whether there is something to say to it, which `begin(Pending)` then says."""
        return self._brings(lambda: self._conversation.digit(digit))

    def came_of(self, came: Came) -> bool:
        """A tool has run, or the caller could not be put through. Whether there is something to say to it, which
        `begin(Pending)` then says."""
        conversation = self._conversation
        told = self._brings(
            lambda: conversation.result(*came) if isinstance(came, tuple) else conversation.not_through()
        )
        self._came = came if told else None
        return told

    def _brings(self, reply: Callable[[], Reply | None]) -> bool:
        with self._thinking:
            self._ahead, self._came = self._conversation.checkpoint(), None
            self._pending = reply()
            self._said = 0 if self._pending is not None else self._said
        self._moved()
        return self._pending is not None

    async def _make(self, generation: int, ask: moves.Ask) -> None:
        try:
            sound = await self._prepare(generation, ask)
            await self._mouth.say(generation, sound)
            self._tell(moves.Handed(self._now(), generation))
        except AgentError as error:
            self._log.error("reply failed", error=type(error).__name__, reason=str(error))
            self._tell(moves.Failed(self._now(), generation))
        except Exception:  # noqa: BLE001 - whatever fails, the caller hears an apology; the fault is logged with its trace
            self._log.exception("reply failed")
            self._tell(moves.Failed(self._now(), generation))

    async def _prepare(self, generation: int, ask: moves.Ask) -> Sound[SpeechPiece]:
        # Not in `begin`: a task that is cancelled before its first step would leave the draft to nobody.
        # Drafts are of sure words; the sound of one is used where the reply turns out the same.
        said = ask.said if isinstance(ask, moves.Answer) and ask.sure and not ask.back else None
        if said is not None and self._closed(said) != self._heard_again.get(said, ""):
            said = None  # the draft knew less
        self._heard_again.clear()
        draft = None if said is None else self._drafts.take(said, self._version)
        if draft is None:
            reply = await asyncio.to_thread(self._reply_to, generation, ask)
            self._spans.mark("prepared", self._now())
            draft = self._drafts.saying(reply, self._conversation.model_turns)
        else:
            self._conversation, reply = await self._taken(draft)
            self._said = generation
        begun, rendered = self._now(), False
        if draft is not None and isinstance(draft.watch, _Watch):
            moments = draft.watch.spans
            self._spans.adopt(moments, begun)
            begun, rendered = moments.marks.get("prepared", begun), "clause" in moments.marks
        sound = draft.sound() if draft is not None else None
        if sound is None and (other := self._drafts.saying(reply, self._conversation.model_turns)) is not None:
            sound = other.sound()
        self._moved()
        self.reply = reply
        self._checkpoint()
        self._spans.reply(reply.route.value, kind_of(reply))
        self._prepared(generation, reply)
        if sound is None:
            begun, urgency = self._now(), Urgency(Priority.COMMITTED)
            sound = Sound(self._speak(reply, self._conversation.model_turns, urgency), urgency)
            if not rendered:
                sound.when_ready(lambda: self._spans.mark("clause", self._now()))
        if isinstance(ask, moves.Answer):
            self._lead_in(generation, ask.said, reply, sound, begun)
        return sound

    async def _taken(self, draft: Draft[SpeechPiece]) -> tuple[Conversation, Reply]:
        """What the draft has made. It is dropped where that fails, or nobody wants it any more."""
        try:
            return await draft.made
        except BaseException:
            draft.drop()
            raise

    def _prepared(self, generation: int, reply: Reply) -> None:
        """It is known what will be said."""
        if reply.protected:
            self._mouth.protect(generation)
        binds = self._conversation.due != Due()
        self._tell(moves.Prepared(self._now(), generation, reply.expects, reply.hang_up, reply.protected, binds))

    def _lead_in(self, generation: int, said: str, reply: Reply, sound: Sound[SpeechPiece], begun: int) -> None:
        """Say something before a reply whose sound, in the making since `begun`, takes its time."""
        worked = ms(self._now() - begun)
        expected = 0.0 if sound.ready else self._first_sound.expected(kind_of(reply), worked)
        text = self._acknowledgements.lead(reply, expected, said)
        if text is not None and self._mouth.interpose(generation, text, last=False):
            self._spans.goes_first("ack", self._now())

    def fill(self, generation: int) -> None:
        """The reply, or the rest of it, is late: say something in its place."""
        text, first = self._acknowledgements.filler() or self._responder.plan.hold, self._mouth.silent(generation)
        if self._mouth.interpose(generation, text, last=False) and first:
            self._spans.goes_first("filler", self._now())

    def murmur(self, generation: int, said: str) -> None:
        """Tell the caller, who pauses after `said`, that somebody listens, if that is fit."""
        text = self._acknowledgements.murmur(said)
        if text is not None:
            self._mouth.murmur(generation, self._murmurs[text])

    def _reply_to(self, generation: int, ask: moves.Ask) -> Reply:
        """On a worker thread: understanding takes milliseconds of the processor."""
        conversation = self._conversation
        with self._thinking:
            self._said = generation
            match ask:
                case moves.Greet():
                    reply = conversation.greet()
                case moves.Resume():
                    reply = conversation.resumed(self._call.transferring)
                case moves.Answer(said=said, back=True, sure=sure):
                    reply = conversation.returned(said, sure)
                case moves.Answer(said=said, sure=sure):
                    reply = conversation.answer(said, self._closed(said), sure)
                case moves.Nudge(count=count):
                    reply = conversation.silence(count)
                case moves.Part(far=far):
                    reply = conversation.part(far)
                case moves.Pending() if self._pending is not None:
                    reply = self._pending
                case _:
                    reply = conversation.apology()
            return reply

    def heard(self, generation: int, text: str, whole: bool, rest: str = "") -> None:
        """What the caller heard of a generation, whether that was all of it, and else what is known of the
        rest. Of one that the conversation has gone on from, or that was taken back, it is not to be known any
        more what it answered."""
        with self._thinking:
            if generation != self._said:
                return
            self._conversation.heard(text, None if whole else self.reply, rest)
        self._moved()
        self._checkpoint()

    def stop(self) -> None:
        """Make the reply no further."""
        if self._maker is not None:
            self._maker.cancel()
            self._maker = None

    def retract(self) -> Came | None:
        """The latest answer was not heard: the conversation is as if it had never been made. What it told of, which is
        to be told again."""
        came, self._came = self._came, None
        self._conversation = self._responder.conversation(self._call.caller, self._before)
        self.reply = None
        self._said = 0
        self._moved()
        self._checkpoint()
        return came

    @property
    def music(self) -> bool:
        """Whether the caller hears music while nobody speaks."""
        return self._conversation.music

    @property
    def recorded(self) -> bool:
        """Whether an answering machine is about to record what is said; kept for the agent after us."""
        return self._conversation.recorded

    @recorded.setter
    def recorded(self, recorded: bool) -> None:
        if recorded is self._conversation.recorded:
            return
        with self._thinking:
            self._conversation.recorded = recorded
        self._moved()
        self._checkpoint()

    @property
    def unsettled(self) -> Due:
        """What comes of a reply that has not settled."""
        return self._conversation.due

    def settle(self) -> Due:
        """What is to be done now, once."""
        with self._thinking:
            due, self._came = self._conversation.due, None
            self._conversation.settled()
        if due != Due():
            self._moved()
            self._checkpoint()
        return due

    def unfinished(self) -> TakenMessage | None:
        """The message of a caller who hung up while it was being taken."""
        return self._conversation.unfinished()

    def close(self) -> None:
        """The call is over."""
        self._drafts.drop()

    def _moved(self) -> None:
        self._version += 1
        self._drafts.drop()

    def _checkpoint(self) -> None:
        self._line.control(wire.Checkpoint(self._call.call, self._conversation.checkpoint()))
