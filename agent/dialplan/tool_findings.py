"""What is wrong with the tools of a dialplan: nobody or several who do the work, names that clash, arguments that the
appointment book lacks or does not know, and changes that are not called so."""

from __future__ import annotations

from collections.abc import Mapping

from agent.dialplan.document import Document
from agent.dialplan.entries import check_taken, entries
from agent.dialplan.located import Path, Value, is_on
from agent.dialplan.remote import Method
from agent.dialplan.remote_findings import check_remote
from agent.dialplan.suggestion import suggestion
from agent.dialplan.tools import Operation
from agent.tools.kind import Kind

_DOES = ("appointments", "callback", "http", "mcp")
_DAY, _TIME = {"day": (Kind.DATE,)}, {"time": (Kind.TIME,)}
_NAME, _PHONE = {"name": (Kind.NAME, Kind.TEXT, Kind.FREE)}, {"phone": (Kind.PHONE, Kind.DIGITS)}
_REFERENCE = {"reference": (Kind.DIGITS,)}
_WHEN = {**_DAY, **_TIME, "when": (Kind.TEXT,)}

Kinds = Mapping[str, tuple[Kind, ...]]
TAKES: Mapping[Operation, Kinds] = {
    Operation.FREE: _DAY,
    Operation.NEXT: _DAY,
    Operation.BOOK: {**_DAY, **_TIME, **_NAME, **_PHONE},
    Operation.FIND: {**_PHONE, **_NAME, **_DAY},
    Operation.MOVE: {**_REFERENCE, **_DAY, **_TIME},
    Operation.CANCEL: _REFERENCE,
}
NEEDS: Mapping[Operation, tuple[tuple[str, ...], ...]] = {  # all names of one of these
    Operation.FREE: (("day",),),
    Operation.NEXT: ((),),
    Operation.BOOK: (("day", "time", "name"),),
    Operation.FIND: (("phone",), ("name", "day")),
    Operation.MOVE: (("reference", "day", "time"),),
    Operation.CANCEL: (("reference",),),
}
GIVES: Mapping[Operation, Kinds] = {
    Operation.FREE: {"times": (Kind.TEXT,), "first": (Kind.TIME,), "second": (Kind.TIME,), "third": (Kind.TIME,)},
    Operation.NEXT: _WHEN,
    Operation.BOOK: {**_REFERENCE, **_WHEN},
    Operation.FIND: {**_REFERENCE, **_WHEN, **_NAME},
    Operation.MOVE: {**_REFERENCE, **_WHEN},
    Operation.CANCEL: {**_REFERENCE, **_WHEN},
}
REFUSES: Mapping[Operation, tuple[str, ...]] = {
    Operation.FREE: ("closed", "past", "full"),
    Operation.NEXT: ("full",),
    Operation.BOOK: ("taken", "closed", "past"),
    Operation.FIND: ("unknown",),
    Operation.MOVE: ("unknown", "taken", "closed", "past"),
    Operation.CANCEL: ("unknown",),
}

CALLBACK_TAKES: Kinds = {**_PHONE, **_DAY, **_TIME, **_NAME, "about": (Kind.FREE, Kind.TEXT, Kind.CHOICE)}
CALLBACK_GIVES: Kinds = {**_REFERENCE, "when": (Kind.TEXT,)}
CALLBACK_REFUSES = ("past", "closed", "far", "enough", "barred")


def check_tools(document: Document, tools: Value) -> None:
    """Adds what it finds in `tools` to the document's findings."""
    listed = entries(tools, ("tools",))
    check_taken(document, listed, "name", '"{}" is a tool already, in line {}; choose another name'.format)
    for here, tool in listed:
        _does(document, here, tool)
        _changes(document, here, tool)
        if tool.get("appointments") in list(Operation):
            _appointments(document, here, tool, Operation(str(tool["appointments"])))
        if is_on(tool.get("callback")):
            _callback(document, here, tool)
        http, mcp = tool.get("http"), tool.get("mcp")
        if isinstance(http, dict):
            check_remote(document, (*here, "http"), http)
        if isinstance(mcp, dict):
            _mcp(document, (*here, "mcp"), mcp)


def _does(document: Document, here: Path, tool: Mapping[str, Value]) -> None:
    given = [key for key in _DOES if tool.get(key) is not None]
    if not given:
        document.note(
            here, 'nobody does the work of this tool; write one of "appointments", "callback", "http" and "mcp"'
        )
    for key in given[1:]:
        document.note((*here, key), f'"{given[0]}" does the work already; leave out the one or the other', key=True)


def _changes(document: Document, here: Path, tool: Mapping[str, Value]) -> None:
    """What changes something must be called so: else it is tried again when it was done perhaps."""
    operation, http = tool.get("appointments"), tool.get("http")
    if operation in list(Operation):
        wanted = Operation(str(operation)).changes
        if is_on(tool.get("changes")) is not wanted:
            says = "changes the appointment book" if wanted else "changes nothing"
            remedy = 'write "changes: true"' if wanted else 'leave out "changes"'
            document.note((*here, "appointments"), f'"{operation}" {says}; {remedy}')
    elif is_on(tool.get("callback")):
        if not is_on(tool.get("changes")):
            document.note((*here, "callback"), 'it is written down once; write "changes: true"', key=True)
    elif "changes" not in tool and (isinstance(tool.get("mcp"), dict) or _writes(http)):
        what = 'it may change something; write "changes: true", or "changes: false" if it may be tried again'
        document.note(here, what, warning=True)
    if is_on(tool.get("idempotent")) and not is_on(tool.get("changes")):
        what = 'nothing comes of this without "changes: true"; write that too, or leave this out'
        document.note((*here, "idempotent"), what, key=True, warning=True)


def _writes(http: Value) -> bool:
    return isinstance(http, dict) and http.get("method", Method.POST) != Method.GET


def _appointments(document: Document, here: Path, tool: Mapping[str, Value], operation: Operation) -> None:
    given = tool.get("input")
    names = set(given) if isinstance(given, dict) else set()
    if not any(names.issuperset(needed) for needed in NEEDS[operation]):
        needed = " or ".join(" and ".join(f'"{name}"' for name in one) for one in NEEDS[operation])
        document.note((*here, "appointments"), f'"{operation}" needs {needed}; write it under "input"')
    _values(document, (*here, "input"), given, TAKES[operation], f'"{operation}" takes')
    _values(document, (*here, "output"), tool.get("output"), GIVES[operation], f'"{operation}" gives')


def _callback(document: Document, here: Path, tool: Mapping[str, Value]) -> None:
    given = tool.get("input")
    names = set(given) if isinstance(given, dict) else set()
    if "phone" not in names:
        document.note((*here, "callback"), 'nobody knows whom to call; write "phone: phone" under "input"', key=True)
    if ("day" in names) is not ("time" in names):
        missing = "time" if "day" in names else "day"
        document.note((*here, "input"), f'"day" and "time" go together; write "{missing}" too, or leave both out')
    _values(document, (*here, "input"), given, CALLBACK_TAKES, "a callback takes")
    _values(document, (*here, "output"), tool.get("output"), CALLBACK_GIVES, "a callback gives")


def _values(document: Document, here: Path, values: Value, known: Kinds, begin: str) -> None:
    for name, kind in values.items() if isinstance(values, dict) else ():
        kinds = known.get(name)
        if kinds is None:
            remedy = suggestion(name, known) or f"; {begin} {', '.join(known)}"
            document.note((*here, name), f'{begin} no "{name}"{remedy}', key=True)
        elif kind in list(Kind) and kind not in kinds:
            document.note((*here, name), f'"{name}" is a {kinds[0]} here, no {kind}; write "{name}: {kinds[0]}"')


def _mcp(document: Document, here: Path, mcp: Mapping[str, Value]) -> None:
    given = [key for key in ("command", "url") if mcp.get(key) not in (None, [])]
    if not given:
        what = 'no server is named; write "command" and a program with its arguments, or "url" and an address'
        document.note(here, what)
    if len(given) > 1:
        document.note((*here, "url"), '"command" is the server already; leave out the one or the other', key=True)
    if "command" in given and mcp.get("secret_headers"):
        what = 'a program gets no headers; let it read the secret itself, and leave out "secret_headers"'
        document.note((*here, "secret_headers"), what, key=True)
    check_remote(document, here, mcp)
