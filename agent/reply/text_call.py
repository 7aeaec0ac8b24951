"""A call by text, without a line and a voice: the caller hears every reply to its end."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from agent.reply.conversation import Conversation
from agent.reply.reply import Reply
from agent.tools.call import ToolCall
from agent.tools.result import Outcome, ToolResult

_MOST = 10  # tools that one turn has run
Runs = Callable[[ToolCall], ToolResult]


def no_tools(call: ToolCall) -> ToolResult:
    """There are none: every call fails."""
    return ToolResult(Outcome.FAILED, why="there are no tools here")


class TextCall:
    """Greeted at once. A turn gives the bot's reply, None where it says nothing; where that has a tool run, what came
    of it is part of the reply. Raises EmbeddingError."""

    def __init__(self, conversation: Conversation, tools: Runs = no_tools) -> None:
        self._conversation = conversation
        self._tools = tools
        self._silences = 0  # in a row
        greeting = conversation.greet()
        conversation.heard(greeting.text)
        self.greeting = greeting.text

    def says(self, words: str) -> Reply:
        """The caller says something."""
        self._silences = 0
        return self._heard(self._conversation.answer(words))

    def presses(self, key: str) -> Reply | None:
        """The caller presses a telephone key."""
        self._silences = 0
        reply = self._conversation.digit(key)
        return None if reply is None else self._heard(reply)

    def says_nothing(self) -> Reply:
        """The caller is silent until the bot asks."""
        self._silences += 1
        return self._heard(self._conversation.silence(self._silences))

    def is_not_through(self) -> Reply | None:
        """Nobody takes the call where the caller is being put through."""
        self._silences = 0
        reply = self._conversation.not_through()
        return None if reply is None else self._heard(reply)

    def _heard(self, reply: Reply) -> Reply:
        whole = self._told(reply)
        for _ in range(_MOST):
            due = self._conversation.due.call
            self._conversation.settled()
            more = None if due is None else self._conversation.result(due, self._tools(due))
            if more is None:
                break
            whole = msgspec.structs.replace(self._told(more), parts=(*whole.parts, *more.parts), tool=due)
        return whole

    def _told(self, reply: Reply) -> Reply:
        self._conversation.heard(reply.text)
        return reply
