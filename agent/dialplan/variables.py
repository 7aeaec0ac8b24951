"""The variables of a dialplan: texts with a name, which other texts hold as `{name}`. Pure."""

from __future__ import annotations

from functools import cache

from agent.dialplan.document import Document
from agent.dialplan.located import Path, Value, mapped, texts
from agent.dialplan.schema import INCLUDE, VARIABLES
from agent.dialplan.section import LONGEST
from agent.reply.template import PLACES, places, replaced

AS_WRITTEN = frozenset({INCLUDE, VARIABLES})  # sections whose texts hold no variable


def fill(document: Document) -> None:
    """Puts the variables into the document's texts, and adds what is wrong with them to its findings."""
    plan = document.value
    variables = plan.get(VARIABLES) if isinstance(plan, dict) else None
    if not isinstance(plan, dict) or not isinstance(variables, dict):
        return
    used = {place for path, text in texts(plan) if path[0] not in AS_WRITTEN for place in places(text)}
    for name, text in variables.items():
        _check(document, (VARIABLES, name), text, used)
    values = {name: _usable(name, text) for name, text in variables.items() if name not in PLACES}
    filled = cache(lambda text: replaced(text, values))  # aliases multiply a text: it is kept once
    document.value = {key: value if key in AS_WRITTEN else mapped(value, filled) for key, value in plan.items()}


def _check(document: Document, here: Path, text: Value, used: set[str]) -> None:
    name = str(here[-1])
    if name in PLACES:
        document.note(here, f'"{{{name}}}" is filled in the call; choose another name', key=True)
    elif name not in used and document.is_own(here):  # of a shared file each takes what it needs
        what = f'"{name}" is used nowhere; write "{{{name}}}" in a text, or remove it'
        document.note(here, what, key=True, warning=True)
    if isinstance(text, str) and _has_braces(text):
        document.note(here, f'"{name}" has braces in it, and nothing is filled in a variable; write the words')


def _usable(name: str, text: Value) -> str:
    """The variable's text; its name where that can't be used, so that one mistake is said once."""
    good = isinstance(text, str) and text.strip() and len(text) <= LONGEST and not _has_braces(text)
    return str(text) if good else name


def _has_braces(text: str) -> bool:
    return "{" in text or "}" in text
