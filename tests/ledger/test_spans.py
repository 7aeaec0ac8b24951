"""One turn's moments: what counts, what is forgotten, and the books of its drafts."""

from __future__ import annotations

from agent.ledger.entry import Entry, kind_of
from agent.ledger.spans import TurnSpans
from agent.reply.reply import ModelPart, Reply, Route, StockPart, TextPart
from telephony.audio import FRAME_SAMPLES

MS = 16


def timed(spans: TurnSpans) -> Entry:
    entry = spans.entry("c1", 1, 2)
    assert entry is not None
    return entry


def ended(spans: TurnSpans, at: int = 10_000, delay: int = 0) -> None:
    spans.start(at * MS, (at + 60) * MS, delay)


def test_the_lines_delays_are_in_what_the_caller_waited() -> None:
    spans = TurnSpans()
    ended(spans, delay=25 * MS)
    spans.commit(10_300 * MS)
    spans.heard(10_400 * MS, delay=4 * MS, lead=6 * MS)
    assert spans.audible == 25 + 400 + 20 + 4 + 6
    assert timed(spans).ended_ms == 10_000 - 25
    assert timed(spans).marks["known"] == 85


def test_only_the_draft_that_is_said_has_its_moments_in_the_turn() -> None:
    spans = TurnSpans()
    early = spans.draft(9_000 * MS)
    early.mark("prepared", 9_050 * MS)
    early.mark("clause", 9_200 * MS)
    spans.drop(early, 9_500 * MS)
    used = spans.draft(9_800 * MS)
    used.mark("prepared", 9_900 * MS)
    ended(spans)
    assert spans.audible is None
    spans.commit(10_200 * MS, used)
    used.mark("clause", 10_250 * MS)
    used.mark("clause", 10_260 * MS)  # the first one counts
    spans.mark("sound", 10_251 * MS)
    spans.reply("fact", "rendered")
    spans.heard(10_280 * MS)
    entry = timed(spans)
    assert entry.marks == {
        "known": 60, "commit": 200, "draft": -200, "prepared": -100, "clause": 250, "sound": 251, "audible": 300,
    }  # fmt: skip
    assert entry.drafted
    assert (entry.route, entry.kind) == ("fact", "rendered")
    assert (entry.drafts, entry.wasted) == (2, 1)
    assert entry.wasted_ms == 200  # it waited from its first clause on
    assert entry.draft_ms == 200 + 400  # the used one worked as a draft until the commit


def test_a_pause_that_was_not_the_end_is_forgotten_but_not_its_drafts() -> None:
    spans = TurnSpans()
    ended(spans)
    spans.mark("flush", 10_070 * MS)
    spans.draft(10_080 * MS)
    ended(spans, 12_000)
    spans.commit(12_200 * MS)
    spans.heard(12_300 * MS - FRAME_SAMPLES)
    entry = timed(spans)
    assert entry.audible == 300
    assert "flush" not in entry.marks
    assert entry.drafts == entry.wasted == 1
    assert entry.wasted_ms == 12_200 - 10_080


def test_a_reply_that_was_taken_back_leaves_nothing_behind() -> None:
    spans = TurnSpans()
    ended(spans)
    spans.commit(10_200 * MS, spans.draft(9_900 * MS))
    spans.mark("token", 10_230 * MS)
    spans.mark("words", 10_235 * MS)  # too late for the turn as it was
    spans.retract()
    ended(spans, 11_000)  # the caller went on
    spans.mark("words", 11_100 * MS)
    spans.commit(11_200 * MS)
    spans.heard(11_300 * MS - FRAME_SAMPLES)
    assert timed(spans).marks == {"known": 60, "words": 100, "commit": 200, "audible": 300}
    assert not timed(spans).drafted
    assert timed(spans).wasted == 1


def test_a_caller_who_was_not_done_shows_as_a_negative_wait() -> None:
    spans = TurnSpans()
    ended(spans)
    spans.commit(10_200 * MS)
    spans.heard(10_300 * MS - FRAME_SAMPLES)
    spans.start(10_500 * MS, 10_560 * MS)
    assert spans.audible == -200


def test_nothing_is_timed_before_a_voice_ended_and_after_it_was_cleared() -> None:
    spans = TurnSpans()
    spans.commit(100)
    spans.mark("sound", 200)
    spans.heard(300)
    assert spans.entry("c1", 1, 1) is None
    ended(spans)
    spans.heard(300)
    assert spans.entry("c1", 1, 1) is None  # a greeting: nobody's turn was committed
    spans.clear()
    assert spans.stages() == ()
    assert spans.audible is None


def test_a_filler_shows_what_was_still_being_made() -> None:
    spans = TurnSpans()
    ended(spans)
    spans.commit(10_200 * MS)
    spans.mark("prepared", 10_210 * MS)
    spans.goes_first("filler", 10_950 * MS)
    spans.heard(10_970 * MS - FRAME_SAMPLES)
    assert timed(spans).first == "filler"
    assert [(stage.name, stage.start, stage.end) for stage in timed(spans).stages[-2:]] == [
        ("making", 210, 950), ("line", 950, 970),
    ]  # fmt: skip


def test_the_kind_is_what_the_sound_costs() -> None:
    stock, text, model = StockPart("a"), TextPart("b"), ModelPart("s", "c", "a")
    assert kind_of(Reply(Route.INTENT, (stock,))) == "stock"
    assert kind_of(Reply(Route.FACT, (stock, text))) == "rendered"
    assert kind_of(Reply(Route.SMALL_TALK, (stock, text, model))) == "model"
