"""Whether what the bot remembers of its words is what the frames had of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.listen.echo_text import words_of
from agent.live import BotLine
from agent.reply.interrupted import as_heard
from agent.reply.state import unpack
from telephony.messages import Checkpoint, Ended
from tests.fuzz.listener import Listener

TOLERANCE = 800  # samples: a word that lacks no more of its end was heard


@dataclass(frozen=True, slots=True)
class _Due:
    """The end of a generation that an agent was told of, and the fewest and the most words that were heard of it."""

    ended: Ended
    words: list[str]  # of all that was handed over
    fewest: int
    most: int

    def is_told_by(self, text: str) -> bool:
        said = words_of(text)
        return self.fewest <= len(said) <= self.most and said == self.words[: len(said)]


class History:
    """One call's after another."""

    def __init__(self, listener: Listener) -> None:
        self.objections: list[str] = []
        self.small_talk: Sequence[str] = ()  # what an answer to small talk may begin with
        self._listener = listener
        self._due: list[_Due] = []
        self._remembered: set[str] = {""}
        self._gone: set[int] = set()  # epochs

    def begin(self) -> None:
        """Another call."""
        self._due.clear()
        self._remembered = {""}

    def ended(self, ended: Ended) -> None:
        """An agent is told of the end of a generation of its own."""
        said = self._listener.said.get((ended.epoch, ended.generation))
        if said is None or not said.reply:
            return
        low, high = said.heard
        if not low <= ended.samples <= high:
            self.objections.append(f"the account has {ended.samples} samples, the frames {low} to {high}: {ended}")
        spoken = said.words
        words = words_of(" ".join(word.text for word in spoken))
        fewest, most = (
            len(words_of(" ".join(word.text for word in spoken if word.end <= heard + TOLERANCE)))
            for heard in (low, high)
        )
        self._due.append(_Due(ended, words, fewest if low else 0, most if high else 0))

    def remembered(self, line: BotLine) -> None:
        """The bot takes words of its own as heard."""
        self._remembered.add(line.text)
        due = next((due for due in self._due if due.ended.at == line.at and due.is_told_by(line.text)), None)
        if due is None:
            now = [(due.ended, due.fewest, due.most, due.words) for due in self._due]
            self.objections.append(f"remembered is {line.text!r} at {line.at}; was heard: {now}")
        else:
            self._due.remove(due)

    def kept(self, checkpoint: Checkpoint) -> None:
        """What the next agent will be told."""
        for role, told in unpack(checkpoint.state).small_talk:
            if role != "assistant":
                continue
            text = as_heard(told)
            if text not in self._remembered:
                self.objections.append(f"{text!r} is to be remembered, and was not heard")
            if not any(_one_begins(words_of(text), words_of(answer)) for answer in self.small_talk):
                self.objections.append(f"{text!r} is to be remembered as an answer to small talk")

    def forget(self, epoch: int) -> None:
        """The agent of this epoch is gone: what it was told last it may have told nobody."""
        self._gone.add(epoch)

    def close(self) -> None:
        """The call is over."""
        for due in self._due:
            if due.fewest and due.ended.epoch not in self._gone:
                self.objections.append(f"nobody remembers what was heard: {due.words[: due.fewest]} of {due.ended}")
        self._due.clear()


def _one_begins(some: list[str], others: list[str]) -> bool:
    """Whether one of the two is how the other begins."""
    length = min(len(some), len(others))
    return some[:length] == others[:length]
