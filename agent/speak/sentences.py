"""Text that is still arriving, as whole sentences; the last may have no mark at its end. Pure."""

from __future__ import annotations

from agent.speak.chunker import Chunker, ends_sentence


class Sentences:
    """Collects pieces of text; one object a text."""

    def __init__(self) -> None:
        self._chunker = Chunker(phrases=False)
        self._clauses: list[str] = []

    def push(self, text: str) -> list[str]:
        """Add text; returns the sentences that are whole now."""
        return self._whole(self._chunker.push(text))

    def finish(self) -> list[str]:
        """The text is over; returns what is left."""
        whole = self._whole(self._chunker.finish())
        rest, self._clauses = self._clauses, []
        return [*whole, " ".join(rest)] if rest else whole

    def _whole(self, clauses: list[str]) -> list[str]:
        whole = []
        for clause in clauses:
            self._clauses.append(clause)
            if ends_sentence(clause):
                whole.append(" ".join(self._clauses))
                self._clauses = []
        return whole


def sentences_of(text: str) -> list[str]:
    """All of a text."""
    sentences = Sentences()
    return [*sentences.push(text), *sentences.finish()]
