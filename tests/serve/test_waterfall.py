"""What a turn looks like on a terminal of 80 columns."""

from __future__ import annotations

import io

from agent.ledger.stages import stages
from agent.live import Waterfall
from agent.serve.terminal import Terminal

MARKS = {
    "known": 62.0, "flush": 63.0, "words": 110.0, "weighed": 140.0, "commit": 190.0, "draft": -140.0,
    "prepared": -60.0, "clause": 40.0, "sound": 191.0, "audible": 230.0,
}  # fmt: skip

DRAFTED = """\
c1d2e3  turn 3                          ┊ the caller's last sound
c1d2e3    voice                         ███████                        62 ms
c1d2e3    recogniser                    ┊      ██████                  47 ms
c1d2e3    weighing                      ┊            ███               30 ms
c1d2e3    patience                      ┊               ██████         50 ms
c1d2e3    draft        ██████████       ┊                              80 ms
c1d2e3    first clause           ███████████                          100 ms
c1d2e3    hand-over                     ┊                     █         1 ms
c1d2e3    line                          ┊                     █████    39 ms
c1d2e3  audible after 230 ms: fact, rendered, drafted ahead, 1 draft wasted
"""

LATE = """\
c1d2e3  turn 1         ┊ the caller's last sound
c1d2e3    voice        ███                                             62 ms
c1d2e3    patience     ┊  ███████████████████████                     400 ms
c1d2e3    reply        ┊                         █████████            150 ms
c1d2e3  audible after 780 ms: small talk, model
"""


def shown(event: Waterfall, width: int = 80) -> str:
    out = io.StringIO()
    terminal = Terminal(out, width=width)
    terminal.show(event)
    terminal.close()
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def test_a_draft_is_drawn_left_of_the_callers_last_sound() -> None:
    event = Waterfall("a0b1c1d2e3", 3, stages(MARKS), 230.0, "fact", "rendered", True, 2, 1)
    assert shown(event) == DRAFTED
    assert all(len(line) <= 80 for line in DRAFTED.splitlines())


def test_without_a_draft_the_scale_begins_at_the_callers_last_sound() -> None:
    marks = {"known": 62.0, "commit": 462.0, "prepared": 612.0, "audible": 780.0}
    lines = shown(Waterfall("a0b1c1d2e3", 1, stages(marks), 780.0, "small_talk", "model")).splitlines()
    assert lines == LATE.splitlines()


def test_what_began_long_before_is_cut_off_with_a_mark() -> None:
    marks = {**MARKS, "draft": -5_000.0}
    draft = shown(Waterfall("c1d2e3", 3, stages(marks), 230.0)).splitlines()[5]
    assert draft.split()[1:] == ["draft", "◂" + "█" * 15, "┊", "4940", "ms"]
    assert len(draft) <= 80


def test_a_turn_of_which_little_is_known_is_still_drawn() -> None:
    assert len(shown(Waterfall("c1d2e3", 3, (), 0.0)).splitlines()) == 2
    cut_in = shown(Waterfall("c1d2e3", 3, stages({"known": 60.0, "commit": -300.0, "sound": -290.0}), -250.0))
    assert "audible after -250 ms" in cut_in
