"""What is wrong with what a step gives its tool, and with what follows on a refusal: what nothing gives, words in place
of a value, and codes with which the tool never refuses. Each would fail in every call."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from agent.dialplan.document import Document
from agent.dialplan.flows import CALLER
from agent.dialplan.located import Path, Value, is_on
from agent.dialplan.suggestion import suggestion
from agent.dialplan.tool_findings import CALLBACK_REFUSES, REFUSES
from agent.dialplan.tools import Operation
from agent.reply.template import places
from agent.tools.kind import EXAMPLES, Kind, fits

Kinds = Mapping[str, str]  # a slot that the flow asks for -> its kind


def check_given(
    document: Document,
    here: Path,
    step: Mapping[str, Value],
    tool: Mapping[str, Value],
    *,
    values: Collection[str],
    asked: Kinds,
) -> None:
    """Adds what it finds at a step with `do` to the document's findings. `values`: the names of all that the slots
    and tools of the flow give."""
    given, inputs = step.get("given"), tool.get("input")
    texts = {name: text for name, text in given.items() if isinstance(text, str)} if isinstance(given, dict) else {}
    kinds = {name: str(kind) for name, kind in inputs.items()} if isinstance(inputs, dict) else {}
    for name, text in texts.items():
        if name in kinds:
            _text(document, (*here, "given", name), text, kinds[name], values)
    for name, kind in kinds.items():
        if name not in values and not (isinstance(given, dict) and name in given):
            what = f'nothing in this flow gives "{name}" to "{step["do"]}"; {_source(name, kind, asked)}'
            document.note((*here, "do"), what)
    _refused(document, here, step, tool)


def _text(document: Document, here: Path, text: str, kind: str, values: Collection[str]) -> None:
    named = places(text)
    for place in named:
        if place not in values and place != CALLER:
            known = ", ".join(f"{{{name}}}" for name in sorted({*values, CALLER}))
            remedy = suggestion(place, values) or f"; known are {known}"
            document.note(here, f'"{{{place}}}" is not known in this flow{remedy}')
    if not named and text in values:
        document.note(here, f'the word "{text}" is given, whatever the caller said; write "{{{text}}}", in quotes')
    elif not named and kind in list(Kind) and not fits(Kind(kind), text):
        document.note(here, f'"{text}" is not written as a {kind} is; write it like "{EXAMPLES[Kind(kind)]}"')


def _source(name: str, kind: str, asked: Kinds) -> str:
    """Where it could come from: a slot of its kind, with another name."""
    alike = next((slot for slot, has in asked.items() if has == kind), None)
    if alike is not None:
        return f'write {name}: "{{{alike}}}" under "given"'
    return 'ask a slot of that name, or write it under "given"'


def _refused(document: Document, here: Path, step: Mapping[str, Value], tool: Mapping[str, Value]) -> None:
    refused, operation = step.get("refused"), tool.get("appointments")
    codes = REFUSES[Operation(str(operation))] if operation in list(Operation) else ()
    codes = codes or (CALLBACK_REFUSES if is_on(tool.get("callback")) else ())
    for code in refused if isinstance(refused, dict) and codes else ():
        if code not in codes:
            remedy = suggestion(code, codes) or f"; it does as {', '.join(codes)}"
            document.note(
                (*here, "refused", code), f'"{step["do"]}" never refuses as "{code}"{remedy}', key=True, warning=True
            )
