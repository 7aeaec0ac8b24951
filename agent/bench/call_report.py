"""What `offhook call --json` prints, and its table.

The JSON is one object with the fields of `CallReport`; times are milliseconds, positions milliseconds on the recording
from the ACK. A field that does not apply is null. Fields are added, never renamed.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.console import Console
from rich.table import Table

from telephony.audio import ms
from telephony.testing.call import Call
from telephony.testing.conversation import Heard
from telephony.testing.media_thread import lateness


class TurnReport(msgspec.Struct, frozen=True):
    """One turn: what the caller did, and what came back. The first is the greeting."""

    turn: int
    caller: str  # the words, the file or the keys; "(answer)" for the greeting
    caller_from_ms: float | None
    caller_to_ms: float | None
    to_first_audio_ms: float | None  # from the caller's last voiced sample; negative when the bot cut in
    bot_from_ms: float | None
    length_ms: float  # first to last sound of the bot
    longest_pause_ms: float
    heard: str | None  # the bot's words, with --transcribe or --expect
    problem: str  # "" when all is well


class CallReport(msgspec.Struct, frozen=True):
    """The whole call."""

    target: str
    ok: bool
    status: int  # of the answer or the refusal; 0 when nobody answered
    problem: str  # the first thing that went wrong, "" when ok
    answered_after_ms: float | None
    codec: str
    ended_by: str  # "caller" | "bot" | "" when never answered
    turns: tuple[TurnReport, ...] = ()
    digits: str = ""  # DTMF that the bot sent
    packets_received: int = 0
    packets_lost: int = 0
    packets_late: int = 0
    harness_late_p99_ms: float = 0.0  # how late our own packets left
    recording: str = ""


def turn_reports(heard: Sequence[Heard], words: Sequence[str | None]) -> tuple[TurnReport, ...]:
    """One for each; `words` is as long as `heard`."""
    return tuple(
        TurnReport(
            turn=number,
            caller=one.label,
            caller_from_ms=_ms(one.spoken.start) if one.spoken else None,
            caller_to_ms=_ms(one.spoken.end) if one.spoken else None,
            to_first_audio_ms=None if one.to_first_audio is None else round(one.to_first_audio, 1),
            bot_from_ms=_ms(one.spans[0].start) if one.spans else None,
            length_ms=round(one.length, 1),
            longest_pause_ms=round(one.longest_pause, 1),
            heard=said,
            problem=one.problem,
        )
        for number, (one, said) in enumerate(zip(heard, words, strict=True))
    )


def call_report(
    target: str, call: Call, turns: tuple[TurnReport, ...], *, ended_by: str, problem: str, recording: str
) -> CallReport:
    """The report of a call that was answered."""
    problem = problem or next((f"turn {turn.turn}: {turn.problem}" for turn in turns if turn.problem), "")
    return CallReport(
        target=target,
        ok=not problem,
        status=call.status,
        problem=problem,
        answered_after_ms=round(call.answered_after_ms, 1),
        codec=call.codec,
        ended_by=ended_by,
        turns=turns,
        digits=call.digits,
        packets_received=call.counters.received,
        packets_lost=call.counters.lost,
        packets_late=call.counters.late,
        harness_late_p99_ms=round(lateness([call.stream]).p99, 2),
        recording=recording,
    )


def show(report: CallReport, console: Console) -> None:
    """The report as a table for people."""
    if not report.status or not report.turns:
        console.print(f"[red]{report.problem}[/red]", highlight=False)
        return
    table = Table(title=f"{report.target}: answered after {report.answered_after_ms:.0f} ms, {report.codec}")
    for name in ("turn", "caller", "first audio", "length", "heard"):
        table.add_column(name, justify="right" if name in ("first audio", "length") else "left")
    for turn in report.turns:
        first = "-" if turn.to_first_audio_ms is None else f"{turn.to_first_audio_ms:.0f} ms"
        words = turn.heard if turn.heard is not None else ""
        table.add_row(str(turn.turn), turn.caller, first, f"{turn.length_ms / 1000:.1f} s", turn.problem or words)
    console.print(table)
    console.print(
        f"{report.packets_received} packets received, {report.packets_lost} lost, {report.packets_late} too late; "
        f"our own left {report.harness_late_p99_ms:.1f} ms late (p99); ended by the {report.ended_by}"
        + (f"; recording {report.recording}" if report.recording else ""),
        highlight=False,
    )
    if report.problem:
        console.print(f"[red]{report.problem}[/red]", highlight=False)


def _ms(samples: int) -> float:
    return round(ms(samples), 1)
