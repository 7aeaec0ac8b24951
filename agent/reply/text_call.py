"""A call by text, without a line and a voice: the caller hears every reply to its end."""

from __future__ import annotations

from agent.reply.conversation import Conversation
from agent.reply.reply import Reply


class TextCall:
    """Greeted at once. A turn gives the bot's reply, None where it says nothing. Raises EmbeddingError."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
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

    def _heard(self, reply: Reply) -> Reply:
        self._conversation.heard(reply.text)
        self._conversation.settled()
        return reply
