"""The recogniser of a call: opened once, and closed when the call is over, whenever that is."""

from __future__ import annotations

import asyncio

from agent.engines.contract import RecogniserFailed
from agent.engines.fakes import FakeModel, FakeRecogniserEngine
from agent.host.hearing import Hearing, Judged
from agent.listen.ear import Transcript
from agent.listen.interjection import ENGLISH, Interjection
from agent.listen.spotted import Spot, Spotted
from telephony.audio import FRAME_SAMPLES, SILENCE, samples


def _open(hearing: Hearing) -> None:
    hearing.open(lambda heard, judged: None, lambda failure: None)


def _spots(kind: Interjection, text: str) -> Spot:
    """Hears this in whatever there is."""
    return lambda pcm: Spotted(kind, text)


def _speak(hearing: Hearing) -> None:
    """The caller's voice, for half a second."""
    hearing.resume(0)
    for frame in range(25):
        hearing.feed(frame * FRAME_SAMPLES, SILENCE)


async def _over_the_bot(words: str, peeks: bool = False, spot: Spot | None = None, bot: str = "") -> Interjection:
    """What a caller's `words` over the bot's are taken for, half a second after their voice began; `peeks`: they go
    on; `bot`: what the bot said before."""
    told: list[tuple[Transcript, Judged | None]] = []
    failed: list[RecogniserFailed] = []
    hearing = Hearing("call-1", FakeRecogniserEngine([words]), FakeModel(), lambda: 0, phrases=ENGLISH, spot=spot)
    hearing.open(lambda heard, judged: told.append((heard, judged)), failed.append)
    hearing.over_bot = True
    _speak(hearing)
    if peeks:
        hearing.peek()
    else:
        hearing.flush()
    await asyncio.sleep(0)
    hearing.close()
    heard, judged = next((heard, judged) for heard, judged in told if heard.flushed)
    return hearing.words(heard, bot, judged).over


async def test_a_misheard_answer_to_a_yes_no_question_is_what_it_is_heard_as_among_answers() -> None:
    told: list[Transcript] = []
    engine = FakeRecogniserEngine(["now"])
    hearing = Hearing("call-1", engine, FakeModel(), lambda: 0, phrases=ENGLISH, answers=lambda pcm: "no")
    hearing.open(lambda heard, judged: told.append(heard), lambda failure: None)
    hearing.yes_no = True
    _speak(hearing)
    hearing.flush()
    engine.opened[0].partial("now")  # the recogniser tells its words again
    engine.opened[0].partial("now what is it")
    await asyncio.sleep(0)
    hearing.close()
    assert [heard.text for heard in told][-2:] == ["no", "now what is it"]
    assert "now" not in [heard.text for heard in told]


async def test_a_listening_noise_is_one_though_the_bot_has_said_a_word_of_it() -> None:
    assert await _over_the_bot("i see", bot="how can i help") is Interjection.BACKCHANNEL
    assert await _over_the_bot("i see", bot="as i see it") is Interjection.NOTHING
    assert await _over_the_bot("no", bot="sorry no") is Interjection.NOTHING


async def test_a_word_that_may_be_cut_is_not_judged() -> None:
    assert await _over_the_bot("oh ready") is Interjection.SPEECH
    assert await _over_the_bot("oh ready", peeks=True) is Interjection.BACKCHANNEL
    assert await _over_the_bot("wait", peeks=True) is Interjection.NOTHING
    assert await _over_the_bot("wait a", peeks=True) is Interjection.STOP


async def test_a_single_word_that_no_phrase_has_is_heard_once_more() -> None:
    heard: list[int] = []

    def spot(pcm: bytes) -> Spotted | None:
        heard.append(len(pcm) // 2)
        return Spotted(Interjection.STOP, "stop")

    assert await _over_the_bot("that", spot=spot) is Interjection.STOP
    assert heard == [25 * FRAME_SAMPLES]
    assert await _over_the_bot("where are you", spot=spot) is Interjection.SPEECH
    assert await _over_the_bot("that", spot=lambda pcm: None) is Interjection.OPEN
    assert await _over_the_bot("but what", spot=spot) is Interjection.SPEECH  # in no phrase, however it sounds
    assert len(heard) == 1
    assert await _over_the_bot("i had", spot=_spots(Interjection.BACKCHANNEL, "uh huh")) is Interjection.BACKCHANNEL
    assert await _over_the_bot("police", spot=_spots(Interjection.COURTESY, "please")) is Interjection.COURTESY


async def test_a_short_voice_without_a_word_that_is_known_may_be_a_stop() -> None:
    spot = _spots(Interjection.STOP, "wait")
    assert await _over_the_bot("", spot=spot) is Interjection.STOP
    assert await _over_the_bot("ah", spot=spot) is Interjection.STOP
    assert await _over_the_bot("", spot=_spots(Interjection.BACKCHANNEL, "ah")) is Interjection.NOTHING
    assert await _over_the_bot("", spot=lambda pcm: None) is Interjection.NOTHING
    assert await _over_the_bot("", peeks=True, spot=spot) is Interjection.NOTHING  # the word may be cut


async def test_a_stop_that_was_heard_as_a_listening_noise_is_a_stop_in_the_turns_words_as_well() -> None:
    spot = _spots(Interjection.STOP, "stop")
    assert await _over_the_bot("yeah", spot=spot) is Interjection.STOP
    assert await _over_the_bot("yeah", spot=lambda pcm: None) is Interjection.BACKCHANNEL
    assert await _over_the_bot("all right", spot=spot) is Interjection.BACKCHANNEL  # two words are seldom misheard so
    told: list[Transcript] = []
    engine = FakeRecogniserEngine(["yeah"])
    hearing = Hearing("call-1", engine, FakeModel(), lambda: 0, phrases=ENGLISH, spot=spot)
    hearing.open(lambda heard, judged: told.append(heard), lambda failure: None)
    hearing.over_bot = True
    _speak(hearing)
    hearing.flush()
    hearing.over_bot = False  # it has stopped, and the recogniser tells its words again
    engine.opened[0].partial("yeah")
    engine.opened[0].partial("yeah what is it")
    await asyncio.sleep(0)
    hearing.close()
    assert {heard.text for heard in told} == {"stop", "yeah what is it"}


async def test_a_recogniser_that_opens_when_the_call_is_over_is_closed() -> None:
    engine = FakeRecogniserEngine()
    hearing = Hearing("call-1", engine, FakeModel(), lambda: 0, phrases=ENGLISH)
    hearing.close()
    _open(hearing)
    assert [recogniser.closed for recogniser in engine.opened] == [True]


async def test_two_flushes_that_find_no_recogniser_open_one() -> None:
    engine = FakeRecogniserEngine()
    hearing = Hearing("call-1", engine, FakeModel(), lambda: 0, phrases=ENGLISH)
    _open(hearing)
    _open(hearing)
    hearing.close()
    assert [recogniser.closed for recogniser in engine.opened] == [True]


async def _among_digits(seconds: float, *, voice_before: bool = False) -> float:
    """How many seconds of a turn are heard among digits. `voice_before`: what is taken for a voice was there before."""
    heard: list[int] = []

    def closed(grammar: tuple[str, ...], pcm: bytes) -> str:
        heard.append(len(pcm))
        return "five five five"

    hearing = Hearing("call-1", FakeRecogniserEngine(["five"]), FakeModel(), lambda: 0, phrases=ENGLISH, closed=closed)
    _open(hearing)
    hearing.grammar = ("five",)
    if voice_before:
        hearing.resume(0)
    hearing.begin(1)
    if not voice_before:
        hearing.resume(0)
    for frame in range(samples(seconds) // FRAME_SAMPLES):
        hearing.feed(frame * FRAME_SAMPLES, SILENCE)
    hearing.flush()
    await asyncio.sleep(0)
    assert hearing.closed("five") == "five five five"
    hearing.close()
    return sum(heard) / 2 / samples(1.0)


async def test_a_number_is_heard_among_digits_though_it_is_said_digit_by_digit() -> None:
    assert await _among_digits(9.5) == 9.5


async def test_what_is_longer_is_heard_from_later_on() -> None:
    assert 10.0 <= await _among_digits(20.0) <= 10.2


async def test_a_turn_is_heard_among_digits_though_what_is_taken_for_a_voice_began_before_it() -> None:
    assert await _among_digits(3.0, voice_before=True) == 3.0
