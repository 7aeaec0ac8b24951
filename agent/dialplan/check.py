"""What the schema can't see: names and numbers that clash, keys that are in no answer, and what callers would notice.

Works on the plain values of a file, valid or not, so that one mistake does not hide another.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from agent.dialplan.calendar_findings import check_asked, check_calendar, check_within_hours
from agent.dialplan.callback_findings import check_callbacks
from agent.dialplan.cues import check_cues
from agent.dialplan.document import Document
from agent.dialplan.entries import check_taken, entries
from agent.dialplan.explain import QUOTES
from agent.dialplan.flow_mistakes import check_flows
from agent.dialplan.hours_mistakes import check_hours
from agent.dialplan.interruptions import Topics, check_interruptions
from agent.dialplan.located import Path, Value, strings, texts
from agent.dialplan.menu_mistakes import check_menus
from agent.dialplan.model_findings import check_models
from agent.dialplan.models import Worded
from agent.dialplan.result_findings import check_results
from agent.dialplan.schema import VARIABLES, Bands, Dialplan, Noticed
from agent.dialplan.slot_mistakes import check_slots
from agent.dialplan.suggestion import suggestion
from agent.dialplan.tool_findings import check_tools
from agent.dialplan.transfer_mistakes import check_transfers
from agent.dialplan.universal import check_universal
from agent.dialplan.validity import check_validity
from agent.dialplan.variables import AS_WRITTEN
from agent.reply.template import PLACES, places, replaced
from agent.reply.utterance import Utterance
from telephony.call.number import plain

FEWEST_EXAMPLES = 5
LONGEST_ANSWER = 40  # words; callers don't remember more
_LISTS = {"intents": ("examples", "answer"), "facts": ("questions", "text")}
_MARKUP = ("*", "_", "#", "`", "[", "]", "<", ">", "{", "}", "http://", "https://")
_NOT_SAID = frozenset({"examples", "questions", "unanswered", "said", "instead", "keys"})  # and what is in them
_DONE = frozenset({"tools", "calendar", "results", "hours", "timezone", "model"})  # sections in which nothing is said
_WRITTEN = AS_WRITTEN | _DONE | {
    "name", "numbers", "voice", "digit", "action", "flow", "transfer", "menu", "operator", "target", "then_send",
    "offers", "kind", "persona", "trunk", "number", "then",
    "interruptions", "tests", "recordings",
}  # fmt: skip
_LEADS = ("action", "flow", "transfer", "menu")  # what an intent may have behind its answer
_SAID_IN_FLOWS = ("say", "confirm", "cancelled")
_FILLED_THERE = ("flows",)  # with what there is in a call; whoever checks them knows


def check(document: Document, today: date) -> None:
    """Adds what it finds to the document's findings. `today`: what is over by then, or soon, is found."""
    plan = document.value
    if not isinstance(plan, dict):
        return
    topics = list(_topics(plan))
    check_taken(
        document, topics, "name", lambda name, line: f'"{name}" is a name already, in line {line}; choose another'
    )
    check_taken(document, topics, "digit", lambda key, line: f'the key "{key}" is taken in line {line}; choose another')
    _examples(document, topics)
    for path, topic in topics:
        _key(document, path, topic)
        _count(document, path, topic)
        _worded(document, path, topic)
    _numbers(document, plan)
    _bands(document, plan)
    _greeting(document, plan)
    _spoken(document, plan)
    _places(document, plan)
    _quotes(document, plan)
    named = {name: (path, topic) for path, topic in topics if isinstance(name := topic.get("name"), str)}
    _interruptions(document, plan, named)
    check_flows(document, plan)
    check_transfers(document, plan, named)
    check_menus(document, plan, named)
    check_hours(document, plan)
    check_validity(document, plan.get("facts"), today)
    check_cues(document, plan.get("tests"), named)
    check_slots(document, plan.get("slots"))
    _far_end(document, plan)
    check_tools(document, plan.get("tools"))
    check_callbacks(document, plan)
    check_calendar(document, plan.get("calendar"), plan.get("tools"))
    check_results(document, plan)
    check_models(document, plan.get("model"), topics)
    check_within_hours(document, plan)
    check_asked(document, plan)


def _topics(plan: dict[str, Value]) -> Iterator[tuple[Path, dict[str, Value]]]:
    for section in _LISTS:
        yield from entries(plan.get(section), (section,))


def _examples(document: Document, topics: list[tuple[Path, dict[str, Value]]]) -> None:
    seen: dict[str, Path] = {}
    for path, topic in topics:
        field = _LISTS[str(path[0])][0]
        for at, example in strings(topic.get(field)):
            here, said = (*path, field, at), Utterance(example).text
            if example.strip() and not said:
                document.note(here, f'"{example}" holds no word; write what a caller says')
            elif said:
                check_universal(document, here, example, topic)
                first = seen.setdefault(said, here)
                line = document.line(first, here)
                if first != here and first[:2] == path:
                    document.note(here, f'"{example}" is here twice, first in line {line}; remove one', warning=True)
                elif first != here:
                    document.note(here, f'"{example}" is an example in line {line} too; a caller can mean only one')
    _unanswered(document, seen)


def _unanswered(document: Document, seen: dict[str, Path]) -> None:
    """`seen`: the places of the examples by their words."""
    plan = document.value
    for at, example in strings(plan.get("unanswered") if isinstance(plan, dict) else None):
        here, said = ("unanswered", at), Utterance(example).text
        if example.strip() and not said:
            document.note(here, f'"{example}" holds no word; write what a caller says')
        elif said in seen:
            line = document.line(seen[said], here)
            document.note(here, f'"{example}" is an example in line {line} too; leave it out here or there')


def _key(document: Document, path: Path, topic: dict[str, Value]) -> None:
    key, field = topic.get("key"), _LISTS[str(path[0])][1]
    text = topic.get(field)
    if isinstance(key, str) and isinstance(text, str) and key.strip() and key.strip() not in text:
        document.note((*path, "key"), f'the words "{key}" are not in "{field}"; copy them from it, letter by letter')


def _count(document: Document, path: Path, topic: dict[str, Value]) -> None:
    field = _LISTS[str(path[0])][0]
    count = len(strings(topic.get(field)))
    fewest = FEWEST_EXAMPLES if path[0] == "intents" else FEWEST_EXAMPLES - 2
    if 0 < count < fewest:
        what = f"{count} of {field} is few; callers are understood better from {fewest} on"
        document.note((*path, field), what, key=True, warning=True)


def _worded(document: Document, path: Path, topic: dict[str, Value]) -> None:
    field = _LISTS[str(path[0])][1]
    text = topic.get(field)
    if topic.get("worded") not in (Worded.MODEL, Worded.STRONG):
        return
    if isinstance(text, str) and places(text):
        document.note(
            (*path, "worded"), f'the model words no "{field}" with {{…}} in it; leave out the one or the other'
        )
    leads = next((key for key in _LEADS if isinstance(topic.get(key), str)), "")
    if leads:
        document.note((*path, "worded"), f'what goes before "{leads}" is said as written; leave this out')


def _places(document: Document, plan: dict[str, Value]) -> None:
    """Braces that hold no variable are filled in answers and facts only, and only with what there is."""
    variables = plan.get(VARIABLES)
    names = list(variables) if isinstance(variables, dict) else []
    known = ", ".join(f"{{{name}}}" for name in [*PLACES, *names])
    for path, text in texts(plan):
        if path[0] in AS_WRITTEN or path[0] in _FILLED_THERE:
            continue
        filled = path[0] in _LISTS and path[-1] in (_LISTS[str(path[0])][1], "key", "closed")
        for place in places(text):
            near = suggestion(place, names) if place not in PLACES else ""
            if near:
                document.note(path, f'"{{{place}}}" is not known here{near}')
            elif not filled:
                document.note(path, f'"{{{place}}}" is filled in answers, facts and flows only; write the words')
            elif place not in PLACES:
                document.note(path, f'"{{{place}}}" is not known here; known are {known}')


def _numbers(document: Document, plan: dict[str, Value]) -> None:
    seen: dict[str, int] = {}
    for at, number in strings(plan.get("numbers")):
        if plain(number) in seen:
            document.note(("numbers", at), f'the number "{number}" is here twice; remove one')
        seen[plain(number)] = at


def _bands(document: Document, plan: dict[str, Value]) -> None:
    router = plan.get("router")
    if not isinstance(router, dict):
        return
    act, confirm = router.get("act", Bands().act), router.get("confirm", Bands().confirm)
    if isinstance(act, int | float) and isinstance(confirm, int | float) and confirm >= act:
        document.note(("router",), f'"confirm" ({confirm}) must be below "act" ({act}); change one of them', key=True)


def _greeting(document: Document, plan: dict[str, Value]) -> None:
    greeting, name = plan.get("greeting"), plan.get("name")
    if not isinstance(greeting, str) or not isinstance(name, str):
        return
    if name.strip().lower() not in greeting.lower():
        document.note(("greeting",), f'the greeting does not name the business; say "{name}" in it', warning=True)
    if not {"automated", "automatic", "virtual", "robot", "bot"} & set(Utterance(greeting).raw):
        what = 'the greeting does not say that nobody is there; say "automated assistant" in it'
        document.note(("greeting",), what, warning=True)


def _quotes(document: Document, plan: dict[str, Value]) -> None:
    for path, text in texts(plan):
        if text[:1] in QUOTES[:4] + "«‹" and text.strip() and path[:1] != ("numbers",):
            what = f'{text[0]} is part of the text, since only straight quotes count; write "{text.strip(QUOTES)}"'
            document.note(path, what, warning=True)
        elif text[-1:] == '"' and text.count('"') == 1:
            what = "the quote at its end is part of the text, since none begins it; remove it, or write one there too"
            document.note(path, what, warning=True)


def _spoken(document: Document, plan: dict[str, Value]) -> None:
    for path, text in texts(plan):
        if path[0] not in Dialplan.model_fields or _NOT_SAID & set(path) or _WRITTEN & {str(path[0]), str(path[-1])}:
            continue
        if path[0] == "flows" and path[-1] not in _SAID_IN_FLOWS:
            continue
        words = replaced(text, dict.fromkeys(places(text), ""))
        mark = next((mark for mark in _MARKUP if mark in words), None)
        if mark is not None:
            document.note(
                path, f'"{mark}" would be read aloud or dropped; write the text as it is spoken', warning=True
            )
        if len(text.split()) > LONGEST_ANSWER:
            document.note(path, f"more than {LONGEST_ANSWER} words is long on the telephone; shorten it", warning=True)


def _interruptions(document: Document, plan: dict[str, Value], topics: Topics) -> None:
    section = plan.get("interruptions")
    if isinstance(section, dict):
        check_interruptions(document, section, topics)


def _far_end(document: Document, plan: dict[str, Value]) -> None:
    section = plan.get("far_end")
    if not isinstance(section, dict):
        return
    noticed: set[str] = set()
    for at, kind in strings(section.get("notice")):
        if kind in noticed:
            document.note(("far_end", "notice", at), f'"{kind}" is here twice; remove one', warning=True)
        noticed.add(kind)
    for kind in Noticed:
        if "notice" in section and isinstance(section.get(kind), dict) and kind not in noticed:
            what = f'"{kind}" is not under "notice", so nothing comes of this; add it there or remove this'
            document.note(("far_end", kind.value), what, key=True, warning=True)
