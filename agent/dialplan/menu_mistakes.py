"""What is wrong with menus: names that clash or are nobody's, keys that mean two things, menus that nobody hears."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent.dialplan.document import Document
from agent.dialplan.entries import check_taken, entries
from agent.dialplan.interruptions import Topics
from agent.dialplan.located import Path, Value
from agent.dialplan.suggestion import suggestion


def check_menus(document: Document, plan: Mapping[str, Value], topics: Topics) -> None:
    """Adds what it finds to the document's findings. `topics`: where each is, and what, by name."""
    menus = entries(plan.get("menus"), ("menus",))
    named = check_taken(
        document, menus, "name", '"{}" is the name of a menu already, in line {}; choose another'.format
    )
    for name, path in named.items():
        if name in topics:
            line = document.line((*topics[name][0], "name"), (*path, "name"))
            document.note((*path, "name"), f'"{name}" is the name of a topic too, in line {line}; choose another')
    for path, menu in menus:
        for key, name in _keys(menu):
            if name not in named and name not in topics:
                remedy = suggestion(name, [*topics, *named]) or "; write the name of one"
                document.note((*path, "keys", key), f'"{name}" is no intent, no fact and no menu of this file{remedy}')
    begun = list(_begun(plan))
    for here, name in begun:
        if name not in named:
            remedy = suggestion(name, named) or '; write it under "menus"'
            document.note(here, f'"{name}" is no menu of this file{remedy}')
    _unheard(document, named, {name for _, name in begun} | {name for _, menu in menus for _, name in _keys(menu)})
    _first(document, plan, dict(menus), named)


def _keys(menu: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    keys = menu.get("keys")
    for key, name in keys.items() if isinstance(keys, dict) else ():
        if isinstance(name, str):
            yield key, name


def _begun(plan: Mapping[str, Value]) -> Iterator[tuple[Path, str]]:
    """Where a menu is begun by its name."""
    listed = [((), plan), *entries(plan.get("intents"), ("intents",))]
    for path, begins in listed:
        name = begins.get("menu")
        if isinstance(name, str):
            yield (*path, "menu"), name


def _unheard(document: Document, named: Mapping[str, Path], heard: set[str]) -> None:
    for name, path in named.items():
        if name not in heard:
            what = f'nothing leads to "{name}"; write "menu: {name}" in the file or an intent, or name it under a key'
            document.note((*path, "name"), what, warning=True)


def _first(
    document: Document, plan: Mapping[str, Value], menus: Mapping[Path, dict[str, Value]], named: Mapping[str, Path]
) -> None:
    """The keys of the file's own menu hold all the time, as those of intents do."""
    path = named.get(str(plan.get("menu")))
    taken = dict(_keys(menus[path])) if path is not None else {}
    for at, intent in entries(plan.get("intents"), ("intents",)):
        key = intent.get("digit")
        if path is not None and isinstance(key, str) and key in taken and taken[key] != intent.get("name"):
            line = document.line((*path, "keys", key), (*at, "digit"))
            what = f'the key "{key}" is "{taken[key]}" in the menu, in line {line}; take another, or change it there'
            document.note((*at, "digit"), what)
