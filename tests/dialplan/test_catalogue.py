"""The catalogue of findings: every sentence that a check can say is in a test, and every one says what to do."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from agent.dialplan.explain import PATTERNS
from agent.dialplan.json_schema import json_schema
from agent.dialplan.load import read
from agent.dialplan.located import Located, Value

CHECKS = sorted((Path(__file__).parents[2] / "agent" / "dialplan").glob("*.py"))
NO_FINDINGS = {"schema.py", "junit.py", "json_schema.py", "history.py", "rehearsal.py"}
SENTENCE = re.compile(r"[a-z]{2,}.* | [a-z]{2,}")


def sentences(node: ast.AST) -> Iterator[str]:
    """The texts in a program that may be said: no docstrings, defaults of a section, patterns, comparisons with what
    others say, and errors of programmers."""
    for child in ast.iter_child_nodes(node):
        text = written(child)
        if text is not None and not isinstance(node, ast.Expr) and not _silent(node, child):
            yield text
        if not _silent(node, child):
            yield from sentences(child)


def _silent(node: ast.AST, child: ast.AST) -> bool:
    match node, child:
        case (ast.ClassDef(), ast.AnnAssign()) | (ast.JoinedStr(), ast.Constant()) | (_, ast.Compare()):
            return True
        case (_, ast.Call(func=called)):
            return ast.unparse(called) in ("re.compile", "ValueError", "KeyError", "TypeError")
        case (ast.Dict(keys=keys), _):
            return child in keys  # names, and words of the YAML library
    return False


def written(node: ast.AST) -> str | None:
    """A text as it stands in the program."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)
    return None


def said(path: Path) -> list[str]:
    """The sentences of a file's findings."""
    return [text for text in sentences(ast.parse(path.read_text(encoding="utf-8"))) if SENTENCE.search(text)]


@pytest.fixture(scope="module")
def tested() -> list[str]:
    """Every text in the tests of dialplans but for these."""
    files = [path for path in Path(__file__).parent.glob("test_*.py") if path != Path(__file__)]
    nodes = (node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    return [text for node in nodes if (text := written(node)) is not None]


@pytest.mark.parametrize("path", [path for path in CHECKS if path.name not in NO_FINDINGS], ids=lambda path: path.name)
def test_every_sentence_of_a_finding_is_in_a_test(path: Path, tested: list[str]) -> None:
    untested = []
    for sentence in said(path):
        parts = [re.escape(part.strip()) for part in re.split(r"\0|\{[^{}]*\}", sentence)]
        pattern = re.compile(".*".join(parts), re.DOTALL)
        if not any(pattern.search(text) for text in tested):
            untested.append(sentence.replace("\0", "…"))
    assert untested == []


RICH = """\
name: Corner Bakery
numbers: ["5550100"]
variables: {town: Springfield}
persona: You are the assistant of a bakery in {town}.
greeting: Hello, this is the automated assistant of Corner Bakery.
timezone: Europe/Berlin
hours: {open: {monday: ["9:00-17:00"]}, holidays: [{date: "12-25", name: Christmas}]}
silence: {goodbye: Goodbye.}
router: {act: 0.5, careful: on}
far_end: {notice: [fax], machine: {seconds: 20}}
interruptions: {stop: [halt please], protect: [hours]}
recordings: {greeting.wav: Sure.}
operator: boss
menu: main
intents:
  - {name: hours, about: our hours, examples: [when are you open], answer: We open at seven., digit: "1"}
  - {name: cake, examples: [i want a cake], answer: Sure., flow: order}
facts:
  - {name: bread, questions: [do you have rye bread], text: We have rye bread., from: 2026-12-24, until: 2099-12-24}
slots:
  - {name: day, kind: date, ask: Which day?, future: true}
  - {name: many, kind: amount, ask: How many?, least: 1, most: 5}
  - {name: hour, kind: time, ask: When?, between: ["9:00", "17:00"], patience: plain}
  - {name: pin, kind: digits, ask: Pin?, digits: 4}
  - {name: what, kind: choice, ask: What?, choices: {rye: {said: [rye bread]}, nut: {label: Nut, said: [nut bread]}}}
transfers: [{name: boss, target: "200", seconds: 20}]
menus: [{name: main, prompt: Press one., keys: {"1": hours}}]
tools:
  - {name: free, appointments: free, input: {day: date}, output: {times: text}}
  - {name: far, mcp: {tool: far, url: "https://bakery.example"}, changes: false, a_call: 3}
calendar: {open: {monday: "9:00-17:00"}, minutes: 30}
flows:
  - name: order
    steps:
      - {step: begin, ask: day, when: {pin: "1"}}
      - {ask: pin}
      - {do: free, given: {day: "{day}"}, done: {say: "{times}"}, refused: {full: {go: begin}}}
      - {end: true}
results:
  - {csv: calls.csv, redact: [caller]}
  - {webhook: {url: "https://bakery.example", headers: {X-Branch: a}, secret_headers: {Authorization: {env: TOKEN}}}}
  - {email: {host: localhost, port: 25, security: none, sender: a@bakery.example, to: [b@bakery.example]}}
tests:
  - {name: bread, now: 2026-12-24 10:00, results: [{tool: free, refuses: full}], turns: [{caller: rye, topic: bread}]}
"""
ANYTHING: tuple[Value, ...] = (None, "x y", "9", 5, -1.5, True, [], {}, [None], ["x y"], {"x y": "x y"})


def places(value: Value, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where values are, of each list in its first entry alone."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list) and value:
        for at, inner in enumerate(value if isinstance(value[0], dict) else value[:1]):
            yield from places(inner, (*path, at))


def with_(value: Value, path: tuple[str | int, ...], other: Value) -> Value:
    """The value with another at the path."""
    if not path:
        return other
    if isinstance(value, dict):
        return {key: with_(inner, path[1:], other) if key == path[0] else inner for key, inner in value.items()}
    if isinstance(value, list):
        return [with_(inner, path[1:], other) if at == path[0] else inner for at, inner in enumerate(value)]
    return value


def test_whatever_stands_at_a_place_is_taken_or_said_with_a_remedy(tmp_path: Path) -> None:
    good, path, seen = Located(RICH, "plan.yaml").value, tmp_path / "plan.yaml", set[str]()
    for number, place in enumerate(places(good)):
        for other in ANYTHING[number % 7 :: 7]:
            path.write_text(json.dumps(with_(good, place, other)), encoding="utf-8")
            one = read([path], today=date(2026, 12, 1))[0]
            seen.update(line.removeprefix(f"{path}:1:") for line in (*one.errors, *one.warnings))
    assert [line for line in seen if not re.match(r"\d+: .*(; |belongs in quotes)", line)] == []
    assert [line for line in seen if "nput should" in line] == []
    assert len(seen) > 200


def test_every_pattern_of_the_schema_has_words() -> None:
    patterns = re.findall(r'"pattern": (".*?[^\\]")', json_schema())
    assert {json.loads(pattern) for pattern in patterns} <= set(PATTERNS)
