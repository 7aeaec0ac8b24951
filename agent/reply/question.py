"""A caller's question, as topics are held against it."""

from __future__ import annotations

import msgspec

from agent.engines.contract import Read
from agent.reply.inquiry import Inquiry, asked_for, content_of, denies, stem


class Question(msgspec.Struct, frozen=True):
    """What is known of it before any topic is looked at, so that it is found out once."""

    read: Read
    asks: Inquiry
    denies: bool
    content: list[int]  # where the words are that carry the content
    stems: list[str]  # of these

    @classmethod
    def of(cls, read: Read, said: str) -> Question:
        """`said`: its words, as they were read."""
        content = content_of(read.words)
        return cls(read, asked_for(said), denies(read.words), content, [stem(read.words[at]) for at in content])
