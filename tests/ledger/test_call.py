"""A call's ledger: a waterfall when a reply is audible, an entry when it is over."""

from __future__ import annotations

import numpy as np

from agent.ledger.call import CallLedger
from agent.ledger.lead_in import lead_in
from agent.live import Live, Starved, Timed, Waterfall
from telephony.messages import Began, Ended, SpeechEnded, Why

MS = 16


def answered(ledger: CallLedger, generation: int, at: int) -> None:
    """A turn whose caller fell silent at `at` ms and whose reply began 300 ms later."""
    ledger.silent(SpeechEnded("c", at * MS, (at + 50) * MS, delay=20 * MS), (at + 60) * MS)
    ledger.spans.commit((at + 200) * MS)
    ledger.sounded(generation, (at + 210) * MS, bytes(2 * 5 * MS) + b"\xff\x0f" * 320)
    ledger.began(Began("c", 1, generation, (at + 300) * MS, delay=4 * MS), turn=generation - 1)


def test_an_entry_waits_for_the_end_of_its_reply_while_the_next_turn_is_timed() -> None:
    live: list[Live] = []
    ledger = CallLedger("c", live.append)
    answered(ledger, 2, 5_000)
    assert isinstance(live[0], Waterfall)
    assert live[0].audible == 20 + 300 + 20 + 4 + 5
    ledger.ran_dry(2)
    ledger.silent(SpeechEnded("c", 6_000 * MS, 6_050 * MS), 6_060 * MS)  # over the bot's words
    ledger.over(Ended("c", 1, 2, 8_000, Why.DROPPED, 6_100 * MS))
    timed = live[-1]
    assert isinstance(timed, Timed)
    assert (timed.entry.turn, timed.entry.generation, timed.entry.audible) == (1, 2, live[0].audible)
    assert (timed.entry.starved, timed.entry.heard_ms, timed.entry.why) == (1, 500.0, "dropped")
    assert [type(event) for event in live] == [Waterfall, Starved, Timed]
    assert ledger.spans.stages() != ()


def test_an_answer_behind_an_acknowledgement_has_a_moment_of_its_own() -> None:
    live: list[Live] = []
    ledger = CallLedger("c", live.append)
    answered(ledger, 2, 5_000)
    ledger.answered(2, 5_900 * MS, delay=4 * MS)
    ledger.close()
    timed = live[-1]
    assert isinstance(timed, Timed)
    assert timed.entry.marks["answer"] == 20 + 900 + 20 + 4
    ledger.close()
    assert len([event for event in live if isinstance(event, Timed)]) == 1


def test_a_pause_behind_an_acknowledgement_is_no_answer_that_ran_dry() -> None:
    live: list[Live] = []
    ledger = CallLedger("c", live.append)
    ledger.silent(SpeechEnded("c", 5_000 * MS, 5_050 * MS), 5_060 * MS)
    ledger.spans.commit(5_200 * MS)
    ledger.spans.goes_first("ack", 5_210 * MS)
    ledger.began(Began("c", 1, 2, 5_300 * MS), turn=1)
    ledger.ran_dry(2)
    ledger.answered(2, 5_900 * MS)
    ledger.ran_dry(2)
    ledger.close()
    timed = live[-1]
    assert isinstance(timed, Timed)
    assert (timed.entry.pauses, timed.entry.starved) == (1, 1)
    assert [type(event) for event in live] == [Waterfall, Starved, Timed]


def test_what_nobody_asked_for_is_no_turn() -> None:
    live: list[Live] = []
    ledger = CallLedger("c", live.append)
    ledger.began(Began("c", 1, 1, 320), turn=0)
    ledger.ran_dry(1)
    ledger.over(Ended("c", 1, 1, 8_000, Why.PLAYED, 9_000))
    assert [type(event) for event in live] == [Starved]


def test_the_silence_before_the_first_sound_is_counted() -> None:
    quiet = np.full(100, 50, np.int16)
    loud = np.full(100, -3_000, np.int16)
    assert lead_in(np.concatenate((quiet, loud)).tobytes()) == 100
    assert lead_in(loud.tobytes()) == 0
    assert lead_in(bytes(2 * 16_000)) == 3_200
    assert lead_in(b"") == 0
