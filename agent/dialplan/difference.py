"""What is different between two versions of a dialplan: topics, the texts that have to be rendered anew, other keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from agent.dialplan.schema import Dialplan

_TOPICS = {"intents", "facts"}


class Difference(msgspec.Struct, frozen=True):
    """Each list in the order of the newer file, what is gone in that of the older."""

    added: tuple[str, ...]  # names of topics
    removed: tuple[str, ...]
    changed: Mapping[str, tuple[str, ...]]  # name of a topic -> its keys that are different
    keys: tuple[str, ...]  # outside of the topics: "no_match.offer"
    rendered: tuple[str, ...]  # texts that have no sound yet
    gone: tuple[str, ...]  # texts that nothing says any more, in this voice


def difference(old: Dialplan, new: Dialplan) -> Difference:
    """What `new` makes of `old`. Topics are the same by their names; their order is no difference."""
    before, after = ({topic.name: topic.model_dump(by_alias=True) for topic in plan.topics} for plan in (old, new))
    both = {name: tuple(_changed(before[name], after[name])) for name in after if name in before}
    said, says = ({(plan.voice, text): text for text in plan.stock_texts()} for plan in (old, new))
    return Difference(
        added=tuple(name for name in after if name not in before),
        removed=tuple(name for name in before if name not in after),
        changed={name: keys for name, keys in both.items() if keys},
        keys=tuple(_changed(old.model_dump(exclude=_TOPICS), new.model_dump(exclude=_TOPICS))),
        rendered=tuple(text for spoken, text in says.items() if spoken not in said),
        gone=tuple(text for spoken, text in said.items() if spoken not in says),
    )


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """The keys whose values differ, those of a section with its name before them."""
    for key in dict.fromkeys([*new, *old]):
        before, after = old.get(key), new.get(key)
        if isinstance(before, dict) and isinstance(after, dict):
            yield from (f"{key}.{inner}" for inner in _changed(before, after))
        elif before != after:
            yield key
