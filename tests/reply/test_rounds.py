"""Flows that confirm, or act, more than once: what may be changed then, and what callers hear of it before."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from agent.dialplan.load import load
from agent.engines.fakes import FakeEmbedder
from agent.reply.responder import Responder
from agent.reply.text_call import TextCall
from agent.tools.call import ToolCall
from agent.tools.result import Outcome, ToolResult

DATA = Path(__file__).parent / "data" / "taken_back.yaml"
TUESDAY = datetime(2026, 12, 1, 10, 0)
BOOKED = ("i would like an appointment", "thursday at three pm", "no", "yes")


class Call:
    """A call with a dialplan that is `changed` in places; keeps what its tools were asked."""

    def __init__(self, folder: Path, changed: dict[str, str]) -> None:
        text = DATA.read_text()
        for old, new in changed.items():
            assert text.count(old) == 1
            text = text.replace(old, new)
        plan = folder / "plan.yaml"
        plan.write_text(text)
        responder = Responder(load(plan), FakeEmbedder(), lambda: TUESDAY)
        self._call = TextCall(responder.conversation("5550100"), self._run)
        self.calls: list[dict[str, str]] = []

    def _run(self, call: ToolCall) -> ToolResult:
        self.calls.append(dict(call.arguments))
        return ToolResult(Outcome.DONE, (("when", "then"),))

    def says(self, *said: str) -> str:
        return [self._call.says(words).text for words in said][-1]


AROUND = {
    "      - ask: day\n      - ask: other_day\n": "      - step: start\n        ask: day\n      - ask: other_day\n",
    "      - ask: text\n": '      - ask: text\n      - go: start\n        when: {text: "yes"}\n',
}


def test_what_is_acted_on_once_more_is_changed(tmp_path: Path) -> None:
    call = Call(tmp_path, AROUND)
    assert call.says(*BOOKED, "yes", "friday").startswith("Friday, December fourth at three")
    assert call.says("no at four pm").startswith("Friday, December fourth at four")
    call.says("yes")
    assert call.calls == [{"day": "2026-12-03", "time": "15:00"}, {"day": "2026-12-04", "time": "16:00"}]


SILENT = {'      - confirm: "{day} at {hour}. Shall I book it?"\n': '      - confirm: "At {hour}. Shall I book it?"\n'}


def test_what_the_confirmation_does_not_tell_is_read_back(tmp_path: Path) -> None:
    call = Call(tmp_path, SILENT)
    assert call.says(*BOOKED[:-1], "no friday") == "Friday, December fourth. Is that right?"
    assert call.says("yes") == "At three in the afternoon. Shall I book it?"
    call.says("yes")
    assert call.calls == [{"day": "2026-12-04", "time": "15:00"}]


def test_a_no_to_that_asks_for_it_once_more(tmp_path: Path) -> None:
    call = Call(tmp_path, SILENT)
    assert call.says(*BOOKED[:-1], "no friday at four pm", "no").endswith("Which day?")
    assert call.says("saturday") == "At four in the afternoon. Shall I book it?"
    assert call.says("no make it five pm") == "At five in the afternoon. Shall I book it?"
    call.says("yes")
    assert call.calls == [{"day": "2026-12-05", "time": "17:00"}]
