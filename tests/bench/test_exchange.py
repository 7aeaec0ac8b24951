"""How a turn is judged by what the recording holds."""

from __future__ import annotations

import numpy as np
import pytest

from agent.bench.clip import Clip, Thought
from agent.bench.exchange import judged
from telephony.testing.measure import Span

MS = 16
SPOKEN = Span(10_000 * MS, 13_500 * MS)  # the clip on the recording
BOT = np.arange(30_000 * MS, dtype=np.int16)


def clip(*thoughts: tuple[int, int, bool]) -> Clip:
    """Thoughts at (from ms, to ms, finished) of a clip of 3.5 s."""
    found = tuple(Thought("said", Span(start * MS, end * MS), finished) for start, end, finished in thoughts)
    return Clip(np.zeros(3_500 * MS, np.int16), found)


PAUSED = clip((500, 1_500, False), (2_200, 3_000, True))
TWO = clip((500, 1_500, True), (2_500, 3_000, True))


def verdict(of: Clip, *bot: tuple[int, int]) -> tuple[str, float | None]:
    """The bot audible at (from, to), in ms of the recording."""
    spans = [Span(start * MS, end * MS) for start, end in bot]
    answered = judged(of, SPOKEN, 25_000 * MS, spans, BOT)
    return answered.verdict, answered.ms


def test_a_reply_is_timed_from_the_label_and_not_from_the_end_of_the_clip() -> None:
    assert verdict(PAUSED, (13_300, 14_000)) == ("answered", pytest.approx(300))


def test_what_begins_in_a_pause_or_in_a_word_is_a_cut_in_and_never_a_quick_reply() -> None:
    assert verdict(PAUSED, (11_900, 12_100), (13_300, 14_000)) == ("cut in", None)
    assert verdict(PAUSED, (12_990, 14_000)) == ("cut in", None)
    assert verdict(PAUSED, (13_000, 14_000)) == ("answered", 0.0)


def test_behind_a_finished_thought_the_bot_may_speak_but_that_is_no_reply_to_the_turn() -> None:
    assert verdict(TWO, (11_900, 12_400)) == ("between", None)
    assert verdict(TWO, (11_200, 12_400)) == ("cut in", None)


def test_of_a_cut_in_it_is_known_behind_what_it_came() -> None:
    def behind(at: int) -> tuple[int, float] | None:
        return judged(PAUSED, SPOKEN, 25_000 * MS, [Span(at * MS, 14_000 * MS)], BOT).behind

    assert behind(11_900) == (0, 400.0)
    assert behind(12_500) == (0, 1_000.0)  # into the second thought
    assert behind(11_000) is None
    assert behind(13_100) is None


def test_what_began_before_the_caller_or_after_the_next_turn_is_no_reply() -> None:
    assert verdict(PAUSED, (10_300, 14_000)) == ("unanswered", None)
    assert verdict(PAUSED, (25_100, 26_000)) == ("unanswered", None)
    assert verdict(PAUSED) == ("unanswered", None)


def test_the_reply_is_kept_for_whoever_writes_it_down() -> None:
    spans = [Span(13_300 * MS, 14_000 * MS), Span(14_500 * MS, 15_000 * MS)]
    answered = judged(PAUSED, SPOKEN, 25_000 * MS, spans, BOT)
    assert answered.reply is not None
    assert (answered.reply == BOT[13_200 * MS : 15_100 * MS]).all()
    assert [answered.reply[span.start] for span in answered.spans] == [BOT[span.start] for span in spans]
    assert answered.at_ms == 13_300
