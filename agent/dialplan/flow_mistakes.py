"""What is wrong with flows: steps that do nothing or two things, names that nothing has, circles, and what changes
something without asking the caller first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent.dialplan.document import Document
from agent.dialplan.entries import Entry, check_taken, entries
from agent.dialplan.flows import CALLER, Does, Number
from agent.dialplan.given_mistakes import check_given
from agent.dialplan.located import Path, Value, is_on, strings
from agent.dialplan.slots import SlotKind
from agent.dialplan.suggestion import suggestion
from agent.reply.template import PLACES, places

_OUTCOMES = ("done", "refused", "failed", "unknown")
_WAITS = frozenset({Does.ASK, Does.CONFIRM})
_ENDS = frozenset({Does.TRANSFER, Does.MESSAGE, Does.END, Does.GO})
_OF_THE_CALL = {"time": SlotKind.TIME, "date": SlotKind.DATE, "weekday": SlotKind.DATE}  # what the clock shows
_CHANGES = frozenset({"book", "move", "cancel"})  # of the appointment book
Entries = list[Entry]
Named = Mapping[str, Mapping[str, Value]]


def check_flows(document: Document, plan: Mapping[str, Value]) -> None:
    """Adds what it finds in the flows of `plan`, and in what begins them, to the document's findings."""
    flows = entries(plan.get("flows"), ("flows",))
    known = {key: _named(plan.get(key)) for key in ("slots", "tools", "transfers")}
    taken = '"{}" is the name of a flow already, in line {}; choose another'
    first = check_taken(document, flows, "name", taken.format)
    for path, flow in flows:
        _flow(document, path, flow, known)
    _begun(document, plan, {name: (*path, "name") for name, path in first.items()})


def _flow(document: Document, path: Path, flow: Mapping[str, Value], known: Mapping[str, Named]) -> None:
    steps = entries(flow.get("steps"), (*path, "steps"))
    names = _steps(document, steps)
    given, named = _given(steps, known), True
    for at, (here, step) in enumerate(steps):
        does = _does(document, here, step)
        named = _references(document, here, step, known) and named
        _beside(document, here, step, does)
        for place, target in _goes(here, step):
            if target not in names:
                remedy = suggestion(target, names) or '; write the name that it has under "step"'
                document.note(place, f'no step of this flow is named "{target}"{remedy}')
            elif names[target] <= at and not _waits(steps[names[target] : at + 1]):
                document.note(
                    place, f'this goes round for ever: from "{target}" to here nothing is asked; ask there, or go on'
                )
        _when(document, here, step, given)
        _forget(document, here, step, given)
        _unconfirmed(document, here, step, steps[:at], known["tools"])
        if at + 1 < len(steps) and does in _ENDS and not step.get("when") and "step" not in steps[at + 1][1]:
            document.note(
                steps[at + 1][0], "no call comes to this step; name it and go to it, or remove it", warning=True
            )
    asked = {name: str(slot.get("kind")) for name, slot in known["slots"].items() if name in given}
    for here, step in steps if named else []:  # one wrong name is said once
        _texts(document, here, step, given, asked)
        if tool := known["tools"].get(str(step.get("do"))):
            check_given(document, here, step, tool, values=given, asked=asked)


def _steps(document: Document, steps: Entries) -> dict[str, int]:
    """Where each named step is."""
    names: dict[str, int] = {}
    for at, (here, step) in enumerate(steps):
        name = step.get("step")
        if isinstance(name, str) and names.setdefault(name, at) != at:
            line = document.line((*steps[names[name]][0], "step"), (*here, "step"))
            document.note((*here, "step"), f'"{name}" is a step of this flow already, in line {line}; choose another')
    return names


def _does(document: Document, here: Path, step: Mapping[str, Value]) -> Does | None:
    does = [key for key in Does if step.get(key) is not None]
    if not does:
        keys = ", ".join(f'"{key}"' for key in Does)
        document.note(here, f"this step does nothing; write one of {keys}")
    for key in does[1:]:
        document.note((*here, key.value), f'"{key}" is a step of its own beside "{does[0]}"; write two steps', key=True)
    return does[0] if does else None


def _references(document: Document, here: Path, step: Mapping[str, Value], known: Mapping[str, Named]) -> bool:
    """Whether there is what the step names."""
    good = True
    for key, section in (("ask", "slots"), ("do", "tools"), ("transfer", "transfers")):
        name = step.get(key)
        if isinstance(name, str) and name not in known[section]:
            remedy = suggestion(name, known[section]) or f'; write it under "{section}"'
            document.note((*here, key), f'"{name}" is none of the {section} of this file{remedy}')
            good = False
    tool = known["tools"].get(str(step.get("do")))
    inputs, given = _keys(tool, "input"), step.get("given")
    for name in given if isinstance(given, dict) and tool is not None else ():
        if name not in inputs:
            remedy = suggestion(name, inputs) or '; write it under "input" of the tool'
            document.note((*here, "given", name), f'the tool is given no "{name}"{remedy}', key=True)
    return good


def _beside(document: Document, here: Path, step: Mapping[str, Value], does: Does | None) -> None:
    """Keys that belong to a step of another kind."""
    if "protected" in step and does in (Does.DO, Does.GO, Does.PRESS):
        document.note(
            (*here, "protected"), '"protected" belongs to a step that says something; remove it here', key=True
        )
    if "forget" in step and does not in (Does.GO, None):
        document.note((*here, "forget"), '"forget" belongs to a step with "go"; remove it here', key=True)
    for key in ("given", *_OUTCOMES):
        if key in step and does not in (Does.DO, None):
            document.note((*here, key), f'"{key}" belongs to a step with "do"; remove it here', key=True)


def _given(steps: Entries, known: Mapping[str, Named]) -> set[str]:
    """The names of the values that the flow's slots and tools give."""
    slots = {name for _, step in steps if isinstance(name := step.get("ask"), str)}
    tools = [known["tools"].get(str(step.get("do"))) for _, step in steps]
    return slots | {name for tool in tools for name in _keys(tool, "output")}


def _when(document: Document, here: Path, step: Mapping[str, Value], given: set[str]) -> None:
    when = step.get("when")
    for name, value in when.items() if isinstance(when, dict) else ():
        if name == CALLER and name not in given:
            if isinstance(value, str) and value not in list(Number):
                what = f'the number of a caller is "{Number.SHOWN}" or "{Number.WITHHELD}", never "{value}"; write one'
                document.note((*here, "when", name), what)
        elif name not in given:
            remedy = suggestion(name, given) or "; ask a slot of this name, or have a tool give it"
            document.note((*here, "when", name), f'nothing in this flow gives "{name}"{remedy}', key=True)


def _forget(document: Document, here: Path, step: Mapping[str, Value], given: set[str]) -> None:
    for at, name in strings(step.get("forget")):
        if name not in given:
            remedy = suggestion(name, given) or "; leave it out"
            document.note((*here, "forget", at), f'nothing in this flow gives "{name}"{remedy}')


def _texts(
    document: Document, here: Path, step: Mapping[str, Value], given: set[str], asked: Mapping[str, str]
) -> None:
    for path, text in _said(here, step):
        for place in places(text):
            meant = [name for name, kind in asked.items() if kind == _OF_THE_CALL.get(place)]
            if meant and place not in given:
                what = f'"{{{place}}}" is that of the call, not what the caller said, which is "{{{meant[0]}}}"'
                document.note(path, what, warning=True)
            if place not in given and place not in PLACES:
                names = ", ".join(f"{{{name}}}" for name in sorted(given))
                remedy = suggestion(place, given) or (
                    f"; known are {names}" if names else "; this flow asks for nothing"
                )
                document.note(path, f'"{{{place}}}" is not known in this flow{remedy}')


def _unconfirmed(document: Document, here: Path, step: Mapping[str, Value], before: Entries, tools: Named) -> None:
    tool = tools.get(str(step.get("do")))
    if tool is None or not (is_on(tool.get("changes")) or str(tool.get("appointments")) in _CHANGES):
        return
    asked = False
    for _, earlier in before:
        asked = earlier.get("confirm") is not None or (asked and earlier.get("ask") is None)
    if not asked:
        what = f'"{step["do"]}" changes something, and nothing asks the caller before; put a "confirm" step between'
        document.note((*here, "do"), what)


def _begun(document: Document, plan: Mapping[str, Value], flows: Mapping[str, Path]) -> None:
    begun: set[str] = set()
    good = True
    for path, intent in entries(plan.get("intents"), ("intents",)):
        name = intent.get("flow")
        if not isinstance(name, str):
            continue
        begun.add(name)
        if name not in flows:
            remedy = suggestion(name, flows) or '; write it under "flows"'
            document.note((*path, "flow"), f'"{name}" is no flow of this file{remedy}')
            good = False
    for name, path in flows.items():
        if name not in begun and good:
            document.note(path, f'no intent begins this flow; write "flow: {name}" at one', warning=True)


def _goes(here: Path, step: Mapping[str, Value]) -> Iterator[tuple[Path, str]]:
    """The steps that it goes to."""
    if isinstance(target := step.get("go"), str):
        yield (*here, "go"), target
    for path, then in _thens(here, step):
        if isinstance(target := then.get("go"), str):
            yield (*path, "go"), target


def _said(here: Path, step: Mapping[str, Value]) -> Iterator[tuple[Path, str]]:
    """The texts that it says."""
    for key in ("say", "confirm"):
        if isinstance(text := step.get(key), str):
            yield (*here, key), text
    for path, then in _thens(here, step):
        if isinstance(text := then.get("say"), str):
            yield (*path, "say"), text


def _thens(here: Path, step: Mapping[str, Value]) -> Iterator[tuple[Path, dict[str, Value]]]:
    for key in ("done", "failed", "unknown"):
        if isinstance(then := step.get(key), dict):
            yield (*here, key), then
    refused = step.get("refused")
    for code, then in refused.items() if isinstance(refused, dict) else ():
        if isinstance(then, dict):
            yield (*here, "refused", code), then


def _waits(steps: Entries) -> bool:
    return any(step.get(key) is not None for _, step in steps for key in _WAITS)


def _named(section: Value) -> dict[str, Mapping[str, Value]]:
    return {str(entry["name"]): entry for _, entry in entries(section, ()) if isinstance(entry.get("name"), str)}


def _keys(tool: Mapping[str, Value] | None, key: str) -> list[str]:
    value = tool.get(key) if tool is not None else None
    return list(value) if isinstance(value, dict) else []
