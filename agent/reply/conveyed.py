"""Whether what was heard of a reply told the caller what it was about. Pure."""

from __future__ import annotations

from agent.listen.echo_text import words_of
from agent.reply.reply import Reply

_MOST = 0.8  # share of the words of a reply without a marked key


def conveyed(reply: Reply, heard: str) -> bool:
    """Whether the words that carry the information (`Reply.key`) are among those that were heard; of a reply without
    a marked key, most words."""
    got = words_of(heard)
    if reply.key is None:
        return len(got) >= _MOST * len(words_of(reply.text))
    key = words_of(reply.text[slice(*reply.key)])
    return any(got[at : at + len(key)] == key for at in range(len(got) - len(key) + 1))
