"""What is wrong with where results go."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from agent.dialplan.document import Document
from agent.dialplan.entries import entries
from agent.dialplan.located import Path, Value, is_on, strings
from agent.dialplan.remote_findings import check_remote, check_secret, is_near
from agent.dialplan.results import CALLER, MESSAGE, NUMBERS, Security
from agent.dialplan.suggestion import suggestion

_NO_TRANSFERS = 'transcripts go with callers who are put through, and nobody is; add "transfers", or leave it out'
_GOES = ("webhook", "csv", "email")


def check_results(document: Document, plan: Mapping[str, Value]) -> None:
    """Adds what it finds in `results` to the document's findings."""
    results, known = plan.get("results"), _values(plan)
    for at, sink in enumerate(results if isinstance(results, list) else []):
        if not isinstance(sink, dict):
            continue
        here = ("results", at)
        given = [key for key in _GOES if sink.get(key) is not None]
        if not given:
            document.note(here, 'results go nowhere from here; write one of "webhook", "csv" and "email"')
        for key in given[1:]:
            document.note((*here, key), f'"{key}" is an entry of its own beside "{given[0]}"; write two', key=True)
        webhook, email = sink.get("webhook"), sink.get("email")
        if isinstance(webhook, dict):
            check_remote(document, (*here, "webhook"), webhook)
        if isinstance(email, dict):
            _email(document, (*here, "email"), email)
        _redact(document, (*here, "redact"), sink.get("redact"), known)
        if is_on(sink.get("transcripts")) and not plan.get("transfers"):
            document.note((*here, "transcripts"), _NO_TRANSFERS, warning=True)


def _email(document: Document, here: Path, email: Mapping[str, Value]) -> None:
    host, user, password = email.get("host"), email.get("user"), email.get("password")
    if (user is None) is not (password is None):
        missing = "user" if user is None else "password"
        document.note(here, f'"user" and "password" go together; write "{missing}" too, or leave both out')
    if password is not None:
        check_secret(document, (*here, "password"), password)
    if email.get("security") == Security.NONE and isinstance(host, str) and not is_near(host.strip()):
        what = f'what callers say would go to "{host}" in clear; write "security: starttls" or "tls"'
        document.note((*here, "security"), what, warning=True)


def _redact(document: Document, here: Path, names: Value, known: Collection[str]) -> None:
    seen: set[str] = set()
    for at, name in strings(names):
        if name in seen:
            document.note((*here, at), f'"{name}" is here twice; remove one', warning=True)
        elif name not in known:
            remedy = suggestion(name, known) or "; write the name of a slot or of a tool's value"
            document.note((*here, at), f"nothing of this name is told, so nothing is redacted{remedy}", warning=True)
        seen.add(name)


def _values(plan: Mapping[str, Value]) -> set[str]:
    """The names of what may be told: of slots, of what tools take and give, and of what every call has."""
    slots = {name for _, slot in entries(plan.get("slots"), ("slots",)) if isinstance(name := slot.get("name"), str)}
    tools = entries(plan.get("tools"), ("tools",))
    sides = [tool.get(side) for _, tool in tools for side in ("input", "output")]
    return slots | {name for side in sides if isinstance(side, dict) for name in side} | {CALLER, NUMBERS, MESSAGE}
