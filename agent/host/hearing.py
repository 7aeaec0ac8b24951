"""The bot's ears in one call: what the caller said so far, and whether that is a whole turn.

::

    audio thread ─► Ear ─► Transcript ─► Words          weigh(said) ─► language model ─► Weighed
                     │                     ▲
                     ├─ to a yes/no question ─► answers: a yes or a no, misheard?
                     ├─ to a slot ─► closed: the turn among the words of its grammar
                     └─ over the bot's ─► spot: one of the phrases, misheard? A stop takes the place of its words.
                                          judge (in 30 ms): a listening noise?
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import msgspec
import structlog

from agent.engines.contract import LanguageModel, RecogniserEngine, RecogniserFailed, TurnModel
from agent.errors import AgentError, RecogniserError
from agent.listen import pieces, prosody, short_answer
from agent.listen.backchannel import Judge, speaks
from agent.listen.closed import LONGEST as LONGEST_AGAIN
from agent.listen.closed import Closed
from agent.listen.ear import Ear, Transcript
from agent.listen.echo_text import fresh_words, without_noise
from agent.listen.interjection import Interjection, Phrase, PhraseBook, phrase
from agent.listen.pieces import Piece, Pieces
from agent.listen.short_answer import Answer
from agent.listen.spotted import BEFORE, LONGEST, SPOTTED, Spot, Spotted
from agent.turn import moves
from telephony.audio import samples

WEIGHED_WITHIN = 0.4  # s; an answer that comes later is of no use
LISTENED = samples(0.1)  # of the pause that is listened to: what the fit was made with
_UNKNOWN = float("nan")

Judged = tuple[Phrase, Interjection]  # words over the bot's, and what they are by their meaning
Heard = Callable[[Transcript, Judged | None], None]
Failed = Callable[[RecogniserFailed], None]


class Hearing:
    """One call's. `feed` belongs to the audio thread, the rest to the event loop; so do the callbacks."""

    def __init__(
        self,
        call: str,
        engine: RecogniserEngine,
        model: LanguageModel,
        now: Callable[[], int],
        *,
        phrases: PhraseBook,
        turn_model: TurnModel | None = None,
        judge: Judge | None = None,
        spot: Spot | None = None,
        answers: Answer | None = None,
        closed: Closed | None = None,
    ) -> None:
        self.over_bot = False  # the bot is heard: words mean something for what it says
        self.yes_no = False  # a yes or a no is awaited
        self.grammar: tuple[str, ...] = ()  # the words of what is awaited
        self._call = call
        self._engine = engine
        self._model = model
        self._turn_model = turn_model
        self._now = now
        self._phrases = phrases
        self._judge = judge
        self._spot = spot
        self._answers = answers
        self._closed_ears = closed
        self._again: Pieces = ()  # the latest turns as they were heard among the words of the grammar
        self._answer = (0, "", "")  # in which turn, as the recogniser has it, and what it is
        self._protest = (0, "", "")  # the same of a stop over the bot
        self._ear: Ear | None = None
        self._opening = threading.Lock()
        self._closed = False
        self._turn = 0
        self._began = 0  # of the turn, call clock
        self._voice = 0  # the caller's latest began, call clock
        self._voiced = (0, 0)  # the turn, and where its first voice began, if not before it
        self._unvoiced = True  # no voice has begun in the turn
        self._loop = asyncio.get_running_loop()
        self._log = structlog.get_logger().bind(call=call)
        self._judged = True  # so far the model answered

    def open(self, heard: Heard, failed: Failed) -> None:
        """Open the recogniser; tens of ms, on any thread. A failure is logged, and tried again at the next flush."""

        def take(result: Transcript | RecogniserFailed) -> None:  # on the recogniser's thread
            if isinstance(result, RecogniserFailed):
                self._loop.call_soon_threadsafe(failed, result)
            else:
                result = self._answered(result)
                self._hear_again(result)
                found = self._spotted(result)
                if found is not None and found.kind is Interjection.STOP:
                    self._protest = (result.turn, result.text, found.text)
                result = _instead(result, self._protest)
                self._loop.call_soon_threadsafe(heard, result, self._meaning(result, found))

        with self._opening:
            if self._ear is not None:  # two flushes asked for it
                return
            try:
                ear = Ear(self._engine, take)
            except RecogniserError as error:
                self._log.error("no recogniser for this call", reason=str(error))
                return
            ear.begin(self._turn)
            self._ear = ear
        if self._closed:  # meanwhile
            ear.close()

    def feed(self, at: int, pcm: bytes, onset: bytes = b"") -> None:
        """A frame of the caller, and what was really in those before it; never waits."""
        if self._ear is not None:
            if onset:
                self._ear.amend(at - len(onset) // 2, onset)
            self._ear.feed(at, pcm)

    def flush(self) -> bool:
        """Ask for the words so far; False when there is no recogniser."""
        if self._ear is None:
            return False
        self._ear.flush()
        return True

    def peek(self) -> None:
        """Ask for the words so far of a caller who goes on speaking."""
        if self._ear is not None:
            self._ear.peek()

    def resume(self, at: int) -> None:
        """The caller's voice began, at the call clock `at`."""
        self._voice = at
        if self._unvoiced:
            self._voiced, self._unvoiced = (self._turn, at), False
        if self._ear is not None:
            self._ear.resume()

    def begin(self, turn: int) -> None:
        """What is heard from now on belongs to `turn`."""
        self._turn, self._began = turn, self._now()
        self._voiced, self._unvoiced = (turn, self._began), True
        if self._ear is not None:
            self._ear.begin(turn)

    def words(self, heard: Transcript, bot: str, judged: Judged | None = None, crowded: bool = False) -> moves.Words:
        """A transcript as an event. `bot`: what the bot said last, which is no news where it comes back; `crowded`:
        other calls need the machine."""
        text = without_noise(heard.text)
        whole = _whole_words(heard)
        fresh = tuple(fresh_words(whole, bot))
        # Some of the words may be the bot's own: then it is not these that were judged.
        over = self._phrases.interjection(fresh, judged[1] if judged is not None and judged[0] == fresh else None)
        if over is not Interjection.NOTHING and self._phrases.interjection(phrase(whole)) is Interjection.BACKCHANNEL:
            over = Interjection.BACKCHANNEL  # "i see", of which the bot has said the "i" before
        stable = heard.stable if text else 0
        return moves.Words(self._now(), heard.turn, text, stable, heard.flushed, over, crowded)

    def _meaning(self, heard: Transcript, found: Spotted | None) -> Judged | None:
        """On the recogniser's thread: what words over the bot's are, where its phrases leave that open. `found`: by
        their sound."""
        words = phrase(_whole_words(heard)) if self.over_bot else ()
        if not words or not self._phrases.leaves_open(words):
            return None
        judged = None if found is None else found.kind
        if judged is None and self._judge is not None:
            judged = self._judge(words)
        return None if judged is None else (words, judged)

    def _spotted(self, heard: Transcript) -> Spotted | None:
        """On the recogniser's thread: what the only words of a voice over the bot's are by their sound, where they may
        be misheard."""
        short = 0 < heard.at - self._voice <= LONGEST
        if self._spot is None or not (self.over_bot and short) or heard.cut or not self._doubtful(heard):
            return None
        return self._spot(self._sound(heard))

    def _doubtful(self, heard: Transcript) -> bool:
        """Whether a word or two over the bot's may be others, or no word may be one."""
        words = phrase(_whole_words(heard))
        if not words:
            return heard.flushed
        if len(words) == 1 and self._phrases.interjection(words) is Interjection.BACKCHANNEL:
            return True
        return len(words) <= SPOTTED and self._phrases.leaves_open(words) and not speaks(words)

    def _answered(self, heard: Transcript) -> Transcript:
        """On the recogniser's thread: with the yes or no that a misheard word or two are."""
        short = 0 < heard.at - self._voice <= short_answer.LONGEST
        if self._answers is not None and self.yes_no and heard.flushed and short and short_answer.unclear(heard.text):
            self._answer = (heard.turn, heard.text, self._answers(self._sound(heard)))
        return _instead(heard, self._answer)

    def closed(self, said: str) -> str:
        """What was heard of the turn `said` among the words of the grammar; "" where nobody listened."""
        return pieces.closed(self._again, said)

    def _hear_again(self, heard: Transcript) -> None:
        """On the recogniser's thread: the whole turn among the words of what is awaited."""
        (turn, first), grammar, ears = self._voiced, self.grammar, self._closed_ears
        awaited = grammar and heard.flushed and heard.text and turn == heard.turn
        if ears is None or not awaited:
            return
        first = max(first, heard.at - LONGEST_AGAIN)  # a street may be taken for a voice long before there is one
        pcm = b"" if self._ear is None else self._ear.between(first - BEFORE, heard.at)
        piece = Piece(heard.turn, without_noise(heard.text), ears(grammar, pcm))
        self._again = pieces.added(self._again, piece)

    def _sound(self, heard: Transcript) -> bytes:
        """Of the voice that it is the words of."""
        return b"" if self._ear is None else self._ear.between(self._voice - BEFORE, heard.at)

    async def weigh(self, question: str, said: str) -> moves.Weighed | None:
        """Whether `said`, after the bot's `question`, is a whole turn; None when that is not to be known in time."""
        try:
            odds = await asyncio.wait_for(self._model.odds(self._call, question, said), WEIGHED_WITHIN)
        except (AgentError, TimeoutError) as error:
            if self._judged:
                self._log.warning("the model does not judge the ends of turns", reason=str(error) or "too slow")
            self._judged = False
            return None
        self._judged = True
        return moves.Weighed(self._now(), said, odds=odds)

    async def sound(self, said: str, end: int) -> moves.Weighed:
        """Whether the turn, whose last voiced sample was at the call clock `end`, sounds as if it were over; NaN where
        there is too little of a voice, or nobody to ask."""
        over = None
        if self._ear is not None and self._turn_model is not None:
            pcm = self._ear.between(self._began, end + LISTENED)
            try:
                heard = await asyncio.wait_for(self._turn_model.listen(pcm), WEIGHED_WITHIN)
                over = await asyncio.to_thread(prosody.over, pcm, heard.pooled)
            except (AgentError, TimeoutError) as error:
                self._log.warning("nobody listens to how a turn sounds", reason=str(error) or "too slow")
        return moves.Weighed(self._now(), said, sound=_UNKNOWN if over is None else over)

    async def expect(self, question: str, said: str) -> None:
        """Have the model read words as they come, so that `weigh` has less to do."""
        try:
            await self._model.expect(self._call, question, said)
        except AgentError as error:
            self._log.debug("words not read ahead", reason=str(error))

    def close(self) -> None:
        """The call is over."""
        self._closed = True
        if self._ear is not None:
            self._ear.close()


def _instead(heard: Transcript, known: tuple[int, str, str]) -> Transcript:
    """`heard` with the words that are known to be meant by those of a turn, if it has them."""
    turn, text, meant = known
    return msgspec.structs.replace(heard, text=meant) if meant and (heard.turn, heard.text) == (turn, text) else heard


def _whole_words(heard: Transcript) -> str:
    """Its words without what noise sounds like, and without one that may have been cut."""
    text = without_noise(heard.text)
    return text.rpartition(" ")[0] if heard.cut else text
