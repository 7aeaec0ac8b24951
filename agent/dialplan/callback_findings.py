"""What is wrong with callbacks that the bot makes by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from agent.dialplan.callbacks import SHOWN, Callbacks
from agent.dialplan.document import Document
from agent.dialplan.entries import entries
from agent.dialplan.located import Value, is_on, strings
from agent.dialplan.suggestion import suggestion
from telephony.call.admission import CATCH_ALL
from telephony.call.number import plain
from telephony.call.outbound import OutboundRules
from telephony.config import Trunk
from telephony.errors import NotAllowed
from telephony.orders import Place


def forbidden(callbacks: Callbacks, trunks: Iterable[Trunk]) -> str | None:
    """Why the configuration lets the bot call nobody for these, and the remedy; None where it may."""
    named = {trunk.name: trunk for trunk in trunks}
    trunk = named.get(callbacks.trunk)
    if not named:
        where = f'write [[trunk]] with name = "{callbacks.trunk}" into offhook.toml, as docs/trunks.md tells'
        return f"there is no trunk, so nobody is called back; {where}"
    if trunk is None:
        remedy = suggestion(callbacks.trunk, named) or f"; add it, or name one of those: {', '.join(named)}"
        return f'offhook.toml has no trunk "{callbacks.trunk}", so nobody is called back{remedy}'
    if trunk.outbound is None:
        begins = 'to = ["+4930"]'
        return (
            f'offhook.toml allows no calls at the trunk "{trunk.name}", so nobody is called back; write '
            f"[trunk.outbound] there, with the begins of numbers that may be called: {begins}"
        )
    return None


def barred(callbacks: Callbacks, numbers: tuple[str, ...], trunks: Iterable[Trunk], phone: str) -> bool:
    """Whether the configuration does not let the bot, which has these numbers, call this one, though it may others."""
    trunks = tuple(trunks)
    if forbidden(callbacks, trunks) is not None:
        return False
    try:
        order = Place("", phone, callbacks.trunk, callbacks.shown(numbers), "")
        OutboundRules(trunks, numbers).judge(order, 0.0, room=True)
    except NotAllowed:
        return True
    return False


def check_callbacks(document: Document, plan: Mapping[str, Value]) -> None:
    """Adds what it finds to the document's findings."""
    section = plan.get("callbacks")
    if not isinstance(section, dict):
        return
    if not any(is_on(tool.get("callback")) for _, tool in entries(plan.get("tools"), ("tools",))):
        what = 'nobody can ask to be called back; write a tool with "callback: true", or remove this'
        document.note(("callbacks",), what, key=True, warning=True)
    if plan.get("hours") is None:
        what = 'without "hours" the bot calls at night, too, where somebody asks for that; write them'
        document.note(("callbacks",), what, key=True, warning=True)
    _then(document, plan, section.get("then"))
    _number(document, plan, section.get("number"))


def _then(document: Document, plan: Mapping[str, Value], then: Value) -> None:
    names = [str(transfer.get("name")) for _, transfer in entries(plan.get("transfers"), ("transfers",))]
    if isinstance(then, str) and then not in names:
        remedy = suggestion(then, names) or '; write it under "transfers"'
        document.note(("callbacks", "then"), f'"{then}" is no transfer of this file{remedy}')


def _number(document: Document, plan: Mapping[str, Value], number: Value) -> None:
    own = {plain(one) for _, one in strings(plan.get("numbers")) if one != CATCH_ALL}
    if number is None and not own:
        what = 'whom the bot calls sees no number; write "number", or one under "numbers"'
        document.note(("callbacks",), what, key=True)
    elif isinstance(number, str) and re.fullmatch(SHOWN, number) and own and plain(number) not in own:
        what = f'who calls "{number}" back does not get this dialplan; write one of its "numbers"'
        document.note(("callbacks", "number"), what, warning=True)
