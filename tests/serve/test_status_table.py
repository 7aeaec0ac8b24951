"""`offhook status` as people read it."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from rich.console import Console

from agent.live import AgentReport
from agent.serve.status import Status
from agent.serve.status_table import show
from agent.speak.standing import Standing


@pytest.mark.parametrize(("rests", "state"), [(False, "answers"), (True, "left alone after failures")])
def test_a_strong_model_is_a_line(rests: bool, state: str) -> None:
    status = Status(pid=1)
    status.take(AgentReport(pid=3, ready=True, strong={"salon": Standing("large", rests, 12, 200)}))
    told = StringIO()
    show(json.loads(status.to_json()), Console(file=told, width=120))
    assert f"strong  large of salon {state}, asked 12 of 200 times this hour" in told.getvalue().splitlines()
