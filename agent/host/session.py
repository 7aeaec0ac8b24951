"""One call: runs the effects that the turn table asks for, and tells the table what happened.

::

    line's control messages ──┐                ┌─► Flush: the recogniser
    recogniser (its thread) ──┼─► Table.step ──┼─► Begin: conversation ─► Mouth ─► Say, under credit
    clock (Tick) ─────────────┘                └─► Cancel, Restore, HangUp: control messages

The caller's audio does not pass through the event loop: the line's audio thread feeds the recogniser (`heard`).
What enters the conversation's memory is what the caller heard.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import structlog

from agent.engines.contract import Final, Recognised, Recogniser, RecogniserEngine, RecogniserFailed
from agent.errors import AgentError, RecogniserError
from agent.host.clock import CallClock
from agent.host.generation import Generation
from agent.host.link import Line
from agent.host.mouth import Mouth, Prompts, Speech
from agent.listen.echo_text import fresh_words, without_noise
from agent.live import BotLine, CallEnded, CallerLine, CallStarted, Emit, MessageTaken, Waterfall
from agent.records import messages as records
from agent.reply.reply import Awaited, Reply, TakenMessage
from agent.reply.responder import Conversation, Responder
from agent.telemetry import TurnSpans
from agent.turn import moves
from agent.turn.state import State, Turn
from agent.turn.table import Table
from telephony import messages as wire
from telephony.audio import FRAME_SAMPLES, SAMPLE_RATE

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Kit:
    """What the calls of one dialplan share."""

    responder: Responder
    recogniser: RecogniserEngine
    speech: Speech
    prompts: Prompts
    table: Table
    messages_dir: Path
    log_transcripts: bool = False


class Session:
    """One call, from Started (or from an Attached that lists it) to Finished."""

    def __init__(self, call: wire.OngoingCall, epoch: int, line: Line, kit: Kit, emit: Emit) -> None:
        self.call = call
        self.turn = Turn()
        self._kit = kit
        self._line = line
        self._emit = emit
        self._log = log.bind(call=call.call)
        self._clock = CallClock(call.at)
        self._loop = asyncio.get_running_loop()
        self._mouth = Mouth(
            call.call, epoch, line, kit.speech, kit.prompts,
            sounded=self._sounded, fed=self._fed, text_grew=self._text_grew,
        )  # fmt: skip
        self._conversation = kit.responder.conversation(call.caller, call.checkpoint)
        self._before = b""  # checkpoint from before the latest answer
        self._thinking = threading.Lock()  # one thread at a time moves the conversation on
        self._recogniser: Recogniser | None = None
        self._tape = records.Tape()
        self._spans = TurnSpans()
        self._reply: Reply | None = None  # the latest prepared
        self._pending: Reply | None = None  # brought about by a key
        self._maker: asyncio.Task[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._events: deque[moves.Event] = deque()
        self._stepping = False
        self._done = asyncio.Event()
        self._turns = 0
        self._shown = ""
        # Not in `run`: the news of the call's end may be taken before that has had its first step.
        resumed = bool(call.checkpoint)
        emit(
            CallStarted(call.call, call.caller, call.called, call.trunk, call.codec, call.dialplan, call.line, resumed)
        )

    # ── the audio thread ───────────────────────────────────────────────────────────────────────────

    def heard(self, frame: wire.Heard) -> None:
        """A frame of the caller. Called on the line's audio thread; never waits."""
        self._clock.heard(frame.at)
        self._tape.feed(frame.pcm)
        if self._recogniser is not None:
            self._recogniser.feed(frame.at, frame.pcm)

    # ── the event loop ─────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Hold the conversation until the call is over or this is cancelled."""
        if self._done.is_set():  # hung up between the answer and this task's first step
            self._close()
            return
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                resumed = bool(self.call.checkpoint)
                self.tell(moves.TakenUp(self._clock.now()) if resumed else moves.Answered(self._clock.now()))
                await asyncio.to_thread(self._listen)  # after the greeting has set off: it takes tens of ms
                await self._done.wait()
        finally:
            self._close()
        await self._keep_unfinished_message()

    def control(self, message: wire.Message) -> None:
        """A control message of the line about this call."""
        now = self._clock.now()
        match message:
            case wire.SpeechBegan(at=at):
                self.tell(moves.VoiceBegan(at))
            case wire.SpeechEnded(at=at):
                self._spans.start(at, now)
                self.tell(moves.VoiceEnded(now, at))
            case wire.Digit(digit=digit):
                self._key(digit)
            case wire.Played() | wire.Began() | wire.Ended():
                self._of_playout(message)
            case wire.Held(on=True) | wire.MediaLost():
                self.tell(moves.Unreachable(now))
            case wire.Held(on=False) | wire.MediaBack():
                self.tell(moves.Reachable(now))
            case wire.Finished(by=by, status=status, at=at):
                self._emit(CallEnded(self.call.call, by.value, status, at / SAMPLE_RATE))
                self.tell(moves.Over(now))

    def _of_playout(self, message: wire.Played | wire.Began | wire.Ended) -> None:
        match message:
            case wire.Played(generation=generation):
                if self._mouth.played(message):
                    self.tell(moves.Starved(self._clock.now(), generation))
            case wire.Began(generation=generation, at=at):
                self._began(generation, at)
            case wire.Ended():
                self._ended(message)

    def tell(self, event: moves.Event) -> None:
        """Step the table with an event, and run what it asks for; events that this brings about come after it."""
        self._events.append(event)
        if self._stepping:
            return
        self._stepping = True
        try:
            while self._events:
                self._step(self._events.popleft())
        finally:
            self._stepping = False
        self._set_alarm()
        self._show_caller()

    def _step(self, event: moves.Event) -> None:
        before = self.turn
        self.turn, effects = self._kit.table.step(self.turn, event)
        if self.turn.state is not before.state:
            self._log.debug("turn", state=self.turn.state.value, was=before.state.value, on=type(event).__name__)
        for effect in effects:
            try:
                self._run(effect, before)
            except Exception:  # noqa: BLE001 - a fault in one effect must not end the call; it is logged with its trace
                self._log.exception("effect failed", effect=type(effect).__name__)
        self._run_tape()
        if self.turn.state is State.ENDED:
            self._done.set()

    def _run(self, effect: moves.Effect, before: Turn) -> None:
        call = self.call.call
        match effect:
            case moves.Flush():
                self._flush()
            case moves.Begin(generation=generation, ask=ask):
                self._begin(generation, ask, before)
            case moves.Cancel(upto=upto, retract=retract):
                self._cancel(upto, retract)
            case moves.Fill(generation=generation):
                self._log.warning("reply is late, a filler covers it", generation=generation)
                self._mouth.interpose(generation, self._kit.responder.plan.hold, last=False)
            case moves.Excuse(generation=generation):
                self._stop_maker()
                self._mouth.interpose(generation, self._kit.responder.plan.apology, last=True)
            case moves.Restore(generation=generation):
                self._line.control(wire.Restore(call, generation))
            case moves.HangUp(after=after):
                self._line.control(wire.HangUp(call, after))

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        wake = self._kit.table.wake(self.turn)
        if wake is not None:
            self._alarm = self._loop.call_later(self._clock.seconds_until(wake) + 0.001, self._tick)

    def _tick(self) -> None:
        self.tell(moves.Tick(self._clock.now()))

    # ── what the caller says ───────────────────────────────────────────────────────────────────────

    def _listen(self) -> None:
        try:
            self._recogniser = self._kit.recogniser.open(self._recognised)
        except RecogniserError as error:
            self._log.error("no recogniser for this call", reason=str(error))

    def _flush(self) -> None:
        self._spans.mark("flush", self._clock.now())
        if self._recogniser is None:
            self._listen()
            self.tell(moves.Deaf(self._clock.now()))
            self.tell(moves.Words(self._clock.now(), "", final=True, flushed=True))
        else:
            self._recogniser.flush()

    def _recognised(self, result: Recognised) -> None:
        """On the recogniser's thread."""
        self._loop.call_soon_threadsafe(self._take_words, result)

    def _take_words(self, result: Recognised) -> None:
        now = self._clock.now()
        if isinstance(result, RecogniserFailed):
            self._log.error("recogniser failed", reason=result.reason, recovered=result.recovered)
            self.tell(moves.Deaf(now))
            return
        text = without_noise(result.text)
        fresh = len(fresh_words(text, self._mouth.recent()))
        if isinstance(result, Final):
            if result.flushed:
                self._spans.mark("words", now)
            self.tell(moves.Words(now, text, final=True, flushed=result.flushed, fresh=fresh))
        else:
            self.tell(moves.Words(now, text, fresh=fresh))

    def _show_caller(self) -> None:
        said = self.turn.said
        if said and said != self._shown:
            self._emit(CallerLine(self.call.call, self._clock.now(), said))
        self._shown = said

    def _key(self, digit: str) -> None:
        with self._thinking:
            reply = self._conversation.digit(digit)
        now = self._clock.now()
        if reply is None:
            self.tell(moves.Keyed(now))
            return
        self._pending = reply
        self.tell(moves.Interjected(now))

    # ── what the bot says ──────────────────────────────────────────────────────────────────────────

    def _begin(self, generation: int, ask: moves.Ask, before: Turn) -> None:
        if isinstance(ask, moves.Answer):
            self._turns += 1
            self._spans.mark("commit", self._clock.now())
            self._emit(CallerLine(self.call.call, self._clock.now(), ask.said, final=True))
            if self._kit.log_transcripts:
                self._log.info("caller said", text=ask.said)
            if before.expects.awaited is Awaited.MESSAGE:
                self._tape.keep()
        else:
            self._spans.clear()
        self._before = self._conversation.checkpoint()
        self._reply = None
        self._mouth.open(generation)
        self._maker = self._group.create_task(self._make(generation, ask), name=f"reply {generation}")

    async def _make(self, generation: int, ask: moves.Ask) -> None:
        try:
            reply = await asyncio.to_thread(self._reply_to, ask, self._conversation)
            self._prepared(generation, reply)
            await self._mouth.say(generation, reply, self._conversation.model_turns)
            self.tell(moves.Handed(self._clock.now(), generation))
        except AgentError as error:
            self._log.error("reply failed", error=type(error).__name__, reason=str(error))
            self.tell(moves.Failed(self._clock.now(), generation))
        except Exception:  # noqa: BLE001 - whatever fails, the caller hears an apology; the fault is logged with its trace
            self._log.exception("reply failed")
            self.tell(moves.Failed(self._clock.now(), generation))

    def _reply_to(self, ask: moves.Ask, conversation: Conversation) -> Reply:
        """On a worker thread: understanding takes milliseconds of the processor."""
        with self._thinking:
            match ask:
                case moves.Greet():
                    return conversation.greet()
                case moves.Resume():
                    return conversation.resumed()
                case moves.Answer(said=said):
                    return conversation.answer(said)
                case moves.Nudge(count=count):
                    return conversation.silence(count)
                case moves.Pending() if self._pending is not None:
                    return self._pending
                case _:
                    return conversation.apology()

    def _prepared(self, generation: int, reply: Reply) -> None:
        now = self._clock.now()
        self._spans.mark("prepared", now)
        self._reply = reply
        self._checkpoint()
        self.tell(moves.Prepared(now, generation, reply.expects, reply.hang_up))

    def _sounded(self, generation: int) -> None:
        now = self._clock.now()
        self._spans.mark("sound", now)
        self.tell(moves.Voiced(now, generation))

    def _fed(self, generation: int) -> None:
        self.tell(moves.Fed(self._clock.now(), generation))

    def _text_grew(self, generation: Generation) -> None:
        reply = self._reply
        route, name = (reply.route.value, reply.name) if reply else ("", "")
        self._emit(BotLine(self.call.call, self._clock.now(), generation.text, route=route, name=name))

    def _began(self, generation: int, at: int) -> None:
        current = generation == self.turn.generation
        self.tell(moves.Began(self._clock.now(), generation))
        if not current:
            return
        # A frame is heard at its end and sent at its beginning: the same tick, a frame apart on the call clock.
        self._spans.mark("audible", at + FRAME_SAMPLES)
        if isinstance(self.turn.ask, moves.Answer) and self._spans.audible is not None:
            self._emit(Waterfall(self.call.call, self._turns, self._spans.stages(), self._spans.audible))
        self._spans.clear()
        if self._reply is not None and self._reply.message is not None:
            self._group.create_task(self._save_message(self._reply.message), name="save message")

    def _ended(self, message: wire.Ended) -> None:
        text, whole = self._mouth.heard(message.generation, message.samples)
        if text:
            self._emit(BotLine(self.call.call, message.at, text, final=True, interrupted=not whole))
            if self._kit.log_transcripts:
                self._log.info("bot said", text=text, interrupted=not whole)
        with self._thinking:
            self._conversation.heard(text)
        self._checkpoint()
        self.tell(moves.Ended(self._clock.now(), message.generation))

    def _cancel(self, upto: int, retract: bool) -> None:
        self._stop_maker()
        if not self._done.is_set():
            self._line.control(wire.Drop(self.call.call, upto))
        if retract:
            self._turns -= isinstance(self.turn.ask, moves.Answer)
            self._conversation = self._kit.responder.conversation(self.call.caller, self._before)

    def _stop_maker(self) -> None:
        if self._maker is not None:
            self._maker.cancel()
            self._maker = None

    def _checkpoint(self) -> None:
        self._line.control(wire.Checkpoint(self.call.call, self._conversation.checkpoint()))

    # ── messages that callers leave ────────────────────────────────────────────────────────────────

    def _run_tape(self) -> None:
        listening = self.turn.state in (State.LISTENING, State.PAUSED)
        if listening and self.turn.expects.awaited is Awaited.MESSAGE:
            self._tape.run()

    async def _save_message(self, taken: TakenMessage | None, complete: bool = True) -> None:
        pcm, words = self._tape.take(), self._kit.log_transcripts
        try:
            path = await asyncio.to_thread(
                records.save, self._kit.messages_dir, self.call, pcm, taken, with_text=words, complete=complete
            )
        except OSError as error:
            self._log.error("message not saved", reason=str(error), directory=str(self._kit.messages_dir))
            return
        self._log.info("message saved", path=str(path), seconds=round(len(pcm) / 2 / SAMPLE_RATE, 1))
        self._emit(MessageTaken(self.call.call, str(path)))

    async def _keep_unfinished_message(self) -> None:
        unfinished = self._conversation.unfinished()
        if unfinished is not None:
            self._tape.keep()
            await self._save_message(unfinished, complete=False)

    def _close(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        if self._recogniser is not None:
            self._recogniser.close()
