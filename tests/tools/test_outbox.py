"""Results that wait, in real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import ToolFailed
from agent.tools.outbox import Outbox
from agent.tools.record import Record


def record(number: int) -> Record:
    return Record("book", f"call-{number}", "", "2026-11-30T08:00:00+00:00", (("day", "2026-12-01"),))


async def waiting(outbox: Outbox, sink: str = "a") -> list[str]:
    return [one.record.call for one in await outbox.waiting(sink, 100)]


async def test_results_wait_in_order_for_their_sink_also_for_another_agent(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "results.db")
    for number, sink in enumerate("aba"):
        await outbox.put(sink, record(number))
    await outbox.close()
    later = Outbox(tmp_path / "results.db")
    assert await waiting(later) == ["call-0", "call-2"]
    await later.done((await later.waiting("a", 1))[0].number)
    assert await waiting(later) == ["call-2"]
    assert (await later.waiting("b", 1))[0].record == record(1)
    await later.close()


async def test_it_is_bounded_and_the_oldest_are_lost(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    outbox = Outbox(tmp_path / "results.db", most=2)
    for number in range(4):
        await outbox.put("a", record(number))
    assert await waiting(outbox) == ["call-2", "call-3"]
    assert "outbox is full" in "".join(capfd.readouterr())


async def test_a_disk_that_fails_is_said(tmp_path: Path) -> None:
    (tmp_path / "results.db").write_text("this is no database, and was one once upon a time")
    with pytest.raises(ToolFailed, match="can't be used"):
        await Outbox(tmp_path / "results.db").put("a", record(0))
