"""The strong model of a dialplan: what is wrong with it is said where it is, and what leaves the machine for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.dialplan.load import load
from agent.dialplan.models import Strong
from tests.dialplan.test_load import GOOD, findings

OUTSIDE = (
    'what callers ask goes to "models.example.com" where an answer says "worded: strong"; '
    "see to it that you may send it there, and that callers are told"
)


def with_strong(strong: str, worded: str = "    worded: strong\n") -> str:
    """The good file with an answer in the strong model's words and that model, in line 16 from column 11 on."""
    return f"{GOOD}{worded}model:\n  strong: {strong}\n"


@pytest.mark.parametrize(
    "strong",
    [
        "{url: 'http://127.0.0.1:8000/v1', name: large}",
        "{url: 'https://models.lan/v1', name: large, key: {env: MODELS_KEY}, budget_ms: 3000, a_call: 1, an_hour: 5}",
        "{url: 'https://models.lan/v1', name: large, key: {file: ~/key}, sure: 0.7}",
        "{gguf: qwen}",
        "{gguf: ~/models/large.gguf}",
    ],
)
def test_good_ones_are_read(tmp_path: Path, strong: str) -> None:
    assert findings(tmp_path, with_strong(strong)) == []
    assert load(tmp_path / "plan.yaml").model.strong is not None


def test_only_what_says_so_is_the_strong_models(tmp_path: Path) -> None:
    findings(tmp_path, with_strong("{gguf: qwen}"))
    plan = load(tmp_path / "plan.yaml")
    assert [topic.worded for topic in plan.topics] == ["as_written", "strong"]
    assert plan.model.strong == Strong(gguf="qwen")


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            GOOD + "    worded: strong\n",
            '14:13: no strong model is named; write "model" with "strong" in it, or leave this out',
        ),
        (
            with_strong("{gguf: qwen}", worded=""),
            '15:3: it words nothing; write "worded: strong" at the answers that it is able to word, or remove this',
        ),
        (
            with_strong("{sure: 0.5}"),
            '16:11: no model is named; write "url" and an address, or "gguf" and an installed model',
        ),
        (
            with_strong("{url: 'https://models.lan/v1', name: large, gguf: qwen}"),
            '16:55: "url" is the model already; leave out the one or the other',
        ),
        (
            with_strong("{url: 'https://models.lan/v1'}"),
            '16:11: an address has several models; write "name" and which one is asked',
        ),
        (
            with_strong("{url: 'https://models.lan/v1/chat/completions', name: large}"),
            '16:17: "/chat/completions" is added by itself; write "https://models.lan/v1"',
        ),
        (
            with_strong("{url: models.lan, name: large}"),
            '16:17: "models.lan" is no address of a service; write one that begins with "https://"',
        ),
        (with_strong("{url: 'https://models.example.com/v1', name: large}"), f"16:17: {OUTSIDE}"),
        (
            with_strong("{url: 'http://models.example.com/v1', name: large}"),
            '16:17: what callers say would go to "models.example.com" in clear; write "https://"',
        ),
        (
            with_strong("{url: 'https://models.lan/v1', name: large, key: abc}"),
            "16:60: a secret has no place in this file; write {env: NAME} or {file: PATH} instead, "
            "and change the secret",
        ),
        (
            with_strong("{url: 'https://models.lan/v1', name: large, key: {}}"),
            '16:60: a secret is in one place; write "env" and the name of a variable, or "file" and a path',
        ),
        (with_strong("{gguf: qwen, name: large}"), '16:24: "name" belongs to an address; leave it out'),
        (with_strong("{gguf: qwen, key: {env: A}}"), '16:24: "key" belongs to an address; leave it out'),
        (
            with_strong("{gguf: models/large.gguf}"),
            '16:18: "models/large.gguf" must be a path from "/" or "~/" on; write it in full',
        ),
        (with_strong("{gguf: qwen, budget: 5}"), '16:24: "budget" is not known here; did you mean "budget_ms"?'),
        (
            with_strong("{gguf: qwen, budget_ms: 5000}"),
            '16:35: "budget_ms" can\'t be 5000; write 3000 or less',
        ),
        (
            with_strong("{gguf: qwen, a_call: 0}"),
            '16:32: "a_call" can\'t be 0; write 1 or more',
        ),
        (
            with_strong("{gguf: qwen}").replace("We have rye", "At {time} we have rye"),
            '14:13: the model words no "text" with {…} in it; leave out the one or the other',
        ),
    ],
)
def test_every_mistake_is_said_where_it_is(tmp_path: Path, text: str, finding: str) -> None:
    assert finding in findings(tmp_path, text)
