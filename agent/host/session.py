"""One call: runs the effects that the turn table asks for, and tells the table what happened.

::

    line's control messages ──┐                ┌─► Flush, Weigh, Draft: Attending ─► Hearing, Answering
    Hearing (its threads) ────┼─► Table.step ──┼─► Begin: Answering ─► Mouth ─► Say, under credit
    clock (Tick) ─────────────┘                └─► Cancel, Pause, Restore, HangUp: control messages

The caller's audio does not pass through the event loop: the line's audio thread feeds the recogniser (`heard`).
What enters the conversation's memory is what the caller heard.
"""

from __future__ import annotations

import asyncio
from collections import deque

import structlog

from agent.host.alarm import Alarm
from agent.host.answering import Answering
from agent.host.attending import Attending
from agent.host.clock import CallClock
from agent.host.company import Company
from agent.host.dictation import Dictation
from agent.host.errands import Errands
from agent.host.generation import Generation
from agent.host.hearing import Hearing
from agent.host.kit import Kit
from agent.host.link import Line
from agent.host.mouth import Mouth
from agent.ledger.call import CallLedger
from agent.listen.far_end import Far
from agent.live import BotLine, CallEnded, CallerLine, CallStarted, Emit
from agent.reply.reply import Awaited
from agent.turn import moves
from agent.turn.state import State, Turn
from telephony import messages as wire
from telephony.audio import SAMPLE_RATE
from telephony.message import Message

log = structlog.get_logger()

_MUSIC_AGAIN_S = 1.5


class Session:
    """One call, from Started (or from an Attached that lists it) to Finished."""

    def __init__(self, call: wire.OngoingCall, epoch: int, line: Line, kit: Kit, emit: Emit) -> None:
        self.call = call
        self.turn = Turn()
        self.far = Far.PERSON  # as far as it is known; while last words are said it stays what they are for
        self._kit = kit
        self._line = line
        self._emit = emit
        self._log = log.bind(call=call.call)
        self._loop = asyncio.get_running_loop()
        self._clock = CallClock(call.at, self._loop.time)  # what the alarms are set by
        self._epoch = epoch
        self._ledger = CallLedger(call.call, emit)
        self._mouth = Mouth(
            call.call, epoch, line, kit.prompts, sounded=self._sounded, fed=self._fed, text_grew=self._text_grew
        )
        self._hearing = Hearing(
            call.call, kit.recogniser, kit.model, self._clock.now,
            phrases=kit.responder.plan.interruptions.phrases, turn_model=kit.turn_model, judge=kit.judge,
            spot=kit.spot, answers=kit.answers, closed=kit.closed,
        )  # fmt: skip
        self._answering = Answering(
            call, line, kit.responder, kit.speech, self._mouth,
            tell=self.tell, now=self._clock.now, spans=self._ledger.spans, first_sound=kit.first_sound, share=kit.share,
            murmurs=kit.murmurs, closed=self._hearing.closed,
        )  # fmt: skip
        self._company = Company(kit.responder.plan.far_end)
        self._attending = Attending(
            call.call, kit, self._hearing, self._answering, mouth=self._mouth, company=self._company,
            spans=self._ledger.spans, turn=lambda: self.turn, tell=self.tell, now=self._clock.now,
        )  # fmt: skip
        self._dictation = Dictation(call, kit.messages_dir, emit, kit.log_transcripts)
        self._errands = Errands(
            call, line, self._dictation, kit.tools, kit.results, sound=kit.prompts.id_of, arrived=self._bring_news
        )
        self._alarm = Alarm(self._clock, self._loop, self._tick)
        self._events: deque[moves.Event] = deque()
        self._stepping = False
        self._leaving = False  # news that still comes is nobody's
        self._keys: deque[str] = deque()  # pressed and not answered
        self._done = asyncio.Event()
        self._music = 0  # the generation that is music for a caller who waits
        self._turns = 0
        self._shown = ""
        # Not in `run`: the news of the call's end may be taken before that has had its first step.
        emit(CallStarted.of(call))

    @property
    def over(self) -> bool:
        """Whether the call is, and not only this session of it."""
        return self.turn.state is State.ENDED

    # ── the audio thread ───────────────────────────────────────────────────────────────────────────

    def heard(self, frame: wire.Heard) -> None:
        """A frame of the caller. Called on the line's audio thread; never waits."""
        self._clock.heard(frame.at)
        self._dictation.tape.feed(frame.pcm)
        self._hearing.feed(frame.at, frame.pcm, frame.onset)

    # ── the event loop ─────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Hold the conversation until the call is over or this is cancelled."""
        if self._done.is_set():  # hung up between the answer and this task's first step
            self._close()
            return
        self._kit.presence.come()
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                self._attending.within(group)
                now = self._clock.now()
                known = self._company.already(self.call.music, self._answering.recorded, now)
                self.tell(self._begins(now), *known)
                try:
                    await self._attending.open()  # after the greeting has set off: it takes tens of ms
                    await self._done.wait()
                finally:
                    self._leaving = True  # the group takes no task any more
        finally:
            self._kit.presence.go()
            self._close()
        await self._errands.close(self._answering.unsettled, self._answering.unfinished())

    def _begins(self, now: int) -> moves.Event:
        if self.call.checkpoint:
            return moves.TakenUp(now)
        return moves.PickedUp(now) if self.call.order else moves.Answered(now)

    def control(self, message: Message) -> None:
        """A control message of the line about this call. After Finished nothing is news."""
        if not self._done.is_set():
            self._take(message, self._clock.now())

    def _take(self, message: Message, now: int) -> None:
        match message:
            case wire.SpeechBegan(at=at):
                self._hearing.resume(at)
                self.tell(moves.VoiceBegan(at), *self._company.voice(at, now))
            case wire.SpeechEnded(at=at):
                self._ledger.silent(message, now)
                self.tell(moves.VoiceEnded(now, at))
            case wire.Tone() | wire.Music():
                self.tell(*self._company.sounds(self.turn, message, now))
            case wire.Digit(digit=digit):
                self._keys.append(digit)
                self._answer_keys()
            case wire.Paused() | wire.Played() | wire.Began() | wire.Ended():
                # else of an agent before us, whose generations have the same numbers, or of what is no reply
                if message.epoch == self._epoch:
                    self._of_playout(message)
            case wire.TransferRinging() | wire.Transferred() | wire.TransferFailed():
                self._errands.passed(message)
            case wire.Held() | wire.MediaLost() | wire.MediaBack():
                self.tell(moves.Unreachable(now) if _is_gone(message) else moves.Reachable(now))
            case wire.Finished(by=by, status=status, at=at):
                self._emit(CallEnded(self.call.call, by.value, status, at / SAMPLE_RATE))
                self.tell(moves.Over(now))

    def _of_playout(self, message: wire.Paused | wire.Played | wire.Began | wire.Ended) -> None:
        if self._mouth.murmured(message.generation):
            if isinstance(message, wire.Ended) and message.why is wire.Why.DROPPED:
                self._music = 0
                # a cough ends it as a voice does, and no word of the caller may come of it
                self._loop.call_later(_MUSIC_AGAIN_S, self._play_music)
            return
        match message:
            case wire.Paused():
                self._mouth.paused(message)
            case wire.Played(generation=generation):
                if self._mouth.played(message):
                    self._ledger.ran_dry(generation)
                    self.tell(moves.Starved(self._clock.now(), generation))
            case wire.Began():
                self._began(message)
            case wire.Ended():
                self._ended(message)

    def tell(self, *events: moves.Event) -> None:
        """Step the table with each event, and run what it asks for; events that this brings about come after them."""
        self._events += events
        if self._stepping or self._leaving:
            return
        self._stepping = True
        try:
            while self._events:
                self._step(self._events.popleft())
        finally:
            self._stepping = False
        self._alarm.set(self._kit.table.wake(self.turn))
        self._show_caller()
        self._answer_keys()
        self._bring_news()
        self._play_music()

    def _step(self, event: moves.Event) -> None:
        before = self.turn
        self.turn, effects = self._kit.table.step(self.turn, event)
        if (self.turn.state, self.turn.hushed) != (before.state, before.hushed):
            self._log.debug("turn", state=self.turn.state.value, was=before.state.value, on=type(event).__name__)
        if self.turn.hearing != before.hearing:
            self._hearing.begin(self.turn.hearing)
        self._hearing.over_bot = self.turn.audible
        self._hearing.grammar = () if self.turn.audible else self.turn.expects.grammar
        self._hearing.yes_no = not self.turn.audible and self.turn.expects.awaited is Awaited.YES_NO
        for effect in effects:
            try:
                self._run(effect, before)
            except Exception:  # noqa: BLE001 - a fault in one effect must not end the call; it is logged with its trace
                self._log.exception("effect failed", effect=type(effect).__name__)
        self._run_tape()
        if self.turn.far is not Far.PERSON or not self.turn.hang_up:
            self.far = self.turn.far
        self._answering.recorded = self.turn.state is State.AWAY and self.turn.far is Far.MACHINE
        if self.turn.state is State.ENDED:
            self._done.set()

    def _run(self, effect: moves.Effect, before: Turn) -> None:
        call = self.call.call
        match effect:
            case moves.Begin(generation=generation, ask=ask):
                self._begin(generation, ask, before)
            case moves.Cancel(upto=upto, retract=retract):
                self._cancel(upto, retract)
            case moves.Fill(generation=generation):
                self._log.warning("reply is late, a filler covers it", generation=generation)
                self._answering.fill(generation)
            case moves.Excuse(generation=generation):
                self._answering.stop()
                self._mouth.interpose(generation, self._kit.responder.plan.apology, last=True)
            case moves.Pause(generation=generation):
                self._line.control(wire.Pause(call, generation))
            case moves.Restore(generation=generation):
                self._line.control(wire.Restore(call, generation, self._mouth.rewind(generation)))
            case moves.Settle():
                self._settle()
            case moves.HangUp(after=after):
                self._line.control(wire.HangUp(call, after))
            case _:
                self._attending.do(effect)

    def _answer_keys(self) -> None:
        """Answer the keys that were pressed; over what must not be cut they wait for its end."""
        while self._keys and self.turn.takes_keys:
            replied, now = self._answering.pending(self._keys.popleft()), self._clock.now()
            self.tell(moves.Interjected(now) if replied else moves.Keyed(now))

    def _bring_news(self) -> None:
        """Say what came of tools and transfers, unless somebody speaks."""
        while self.turn.idle and (came := self._errands.next()) is not None:
            if self._answering.came_of(came):
                self.tell(moves.Interjected(self._clock.now()))

    def _play_music(self) -> None:
        """Music for a caller who waits, once whenever nobody speaks, and again where their voice has ended it."""
        if self.turn.idle and self._answering.music and self._music != self.turn.generation:
            self._music = self.turn.generation + 1
            self.tell(moves.Waits(self._clock.now()))

    def _tick(self) -> None:
        self.tell(moves.Tick(self._clock.now()))

    def _show_caller(self) -> None:
        said = self.turn.said
        if said and said != self._shown:
            self._emit(CallerLine(self.call.call, self._clock.now(), said))
        self._shown = said

    # ── what the bot says ──────────────────────────────────────────────────────────────────────────

    def _begin(self, generation: int, ask: moves.Ask, before: Turn) -> None:
        if isinstance(ask, moves.Answer):
            self._turns += 1
            self._ledger.spans.mark("commit", self._clock.now())
            self._emit(CallerLine(self.call.call, self._clock.now(), ask.said, final=True))
            self.tell(*self._company.said(ask.said, self._clock.now()))
            if self._kit.log_transcripts:
                self._log.info("caller said", text=ask.said, closed=self._hearing.closed(ask.said))
            if before.expects.awaited is Awaited.MESSAGE:
                self._dictation.tape.keep()
        else:
            self._ledger.spans.clear()
        self._answering.begin(generation, ask, self._group)

    def _sounded(self, generation: int, pcm: bytes, before: int) -> None:
        now = self._clock.now()
        self._ledger.sounded(generation, now, pcm, before)
        self.tell(moves.Voiced(now, generation))

    def _fed(self, generation: int) -> None:
        self.tell(moves.Fed(self._clock.now(), generation))

    def _text_grew(self, generation: Generation) -> None:
        reply = self._answering.reply
        route, name = (reply.route.value, reply.name) if reply else ("", "")
        self._emit(BotLine(self.call.call, self._clock.now(), generation.text, route=route, name=name))

    def _began(self, message: wire.Began) -> None:
        current = message.generation == self.turn.generation
        self._mouth.began(message.generation, message.at)
        self._company.speaks()
        self.tell(moves.Began(self._clock.now(), message.generation))
        if not current:
            return
        if isinstance(self.turn.ask, moves.Answer):
            self._ledger.began(message, self._turns)
        else:
            self._ledger.spans.clear()

    def _settle(self) -> None:
        """What comes of the latest reply and cannot be undone; the table asks for it once a reply."""
        self._errands.do(self._answering.settle(), self._group)

    def _ended(self, message: wire.Ended) -> None:
        text, whole = self._mouth.heard(message.generation, message.samples)
        if text:
            self._emit(BotLine(self.call.call, message.at, text, final=True, interrupted=not whole))
            if self._kit.log_transcripts:
                self._log.info("bot said", text=text, interrupted=not whole, **self._answering.told(message.generation))
        self._ledger.over(message)
        self._company.spoke(message.at)
        rest = "" if whole else self._mouth.unheard(message.generation, message.samples)
        self._answering.heard(message.generation, text, whole, rest)
        if message.generation == self.turn.generation:
            self._answering.stop()  # a line that is through with it discards what is still to come
        self.tell(moves.Ended(self._clock.now(), message.generation))

    def _cancel(self, upto: int, retract: bool) -> None:
        self._answering.stop()
        if not self._done.is_set():
            self._line.control(wire.Drop(self.call.call, upto))
        if retract:
            if isinstance(self.turn.ask, moves.Answer):
                self._turns -= 1
                self._company.unsaid()
            self._ledger.spans.retract()
            if (came := self._answering.retract()) is not None:
                self._errands.again(came)

    # ── the tape ───────────────────────────────────────────────────────────────────────────────────

    def _run_tape(self) -> None:
        listening = self.turn.state in (State.LISTENING, State.PAUSED)
        if listening and self.turn.expects.awaited is Awaited.MESSAGE:
            self._dictation.tape.run()

    def _close(self) -> None:
        self._alarm.set(None)
        self._hearing.close()
        self._errands.leave()
        self._answering.close()
        self._ledger.close()


def _is_gone(message: wire.Held | wire.MediaLost | wire.MediaBack) -> bool:
    """Whether the caller cannot be reached from now on."""
    return message.on if isinstance(message, wire.Held) else isinstance(message, wire.MediaLost)
