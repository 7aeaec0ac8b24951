"""One generation on its way to the caller's ear: what was handed to the line, what of it was heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.engines.contract import SpokenWord
from agent.speak.speaker import SpeechPiece
from telephony.messages import CREDIT_SAMPLES, PIECE_SAMPLES, Say

_HEARD_TOLERANCE = 800  # 50 ms: a word whose last sound is cut was heard


class Generation:
    """Numbers the pieces of one generation and keeps its words. Not thread-safe: the event loop owns it."""

    def __init__(self, call: str, epoch: int, number: int) -> None:
        self.number = number
        self.closed = False
        self.protected = False  # the line makes it no quieter
        self.yields = False  # the line drops it at the caller's voice
        self.dry = False  # the line has had nothing to play since the last of the reply's own sound
        self.began: int | None = None  # call clock of its first sample
        self._call = call
        self._epoch = epoch
        self._pieces: list[int] = []  # samples of each piece handed over
        self._played = 0  # pieces
        self._rendered = 0  # samples handed over that count against the credit
        self._rendered_played = 0
        self._stock: set[int] = set()
        self._offset = 0  # samples handed over
        self._words: list[SpokenWord] = []
        self._texts: list[str] = []

    @property
    def text(self) -> str:
        """All the words handed over."""
        return " ".join(self._texts)

    @property
    def samples(self) -> int:
        """Samples handed over."""
        return self._offset

    @property
    def starved(self) -> bool:
        """The line has played all it has, and more is to come."""
        return not self.closed and bool(self._pieces) and self._played == len(self._pieces)

    def has_room(self) -> bool:
        """Whether the line may be handed another rendered piece."""
        return self._rendered - self._rendered_played + PIECE_SAMPLES <= CREDIT_SAMPLES

    def take(self, piece: SpeechPiece) -> Iterator[Say]:
        """Note a piece of speech and yield it in parts of the size that the line takes. Before each, ask `has_room`."""
        samples = len(piece.pcm) // 2
        if piece.text:
            self._texts.append(piece.text)
        words = piece.words or _spread(piece.text, samples)
        self._words += [SpokenWord(w.text, w.start + self._offset, w.end + self._offset) for w in words]
        if piece.stock:
            yield self._say(samples, stock=piece.stock)
            return
        for start in range(0, len(piece.pcm), PIECE_SAMPLES * 2):
            pcm = piece.pcm[start : start + PIECE_SAMPLES * 2]
            yield self._say(len(pcm) // 2, pcm=pcm)

    def close(self) -> Say:
        """The end of the generation, for the line."""
        self.closed = True
        return self._say(0, last=True)

    def played(self, piece: int) -> None:
        """The line is through with a piece."""
        if piece >= len(self._pieces):
            return
        self._played = max(self._played, piece + 1)
        if piece not in self._stock:
            self._rendered_played += self._pieces[piece]

    def between(self, start: int, end: int) -> str:
        """The words that may have been said between two moments of the call clock, "" before it began. Where it was
        paused, words were said later than this takes them to have been."""
        if self.began is None:
            return ""
        first, last = start - self.began, end - self.began
        return " ".join(word.text for word in self._words if word.end >= first and word.start <= last)

    def heard(self, samples: int) -> str:
        """The words of which the caller heard all, when `samples` were sent. A last word may end, by its place, a
        little behind its sound."""
        words = self._words if samples >= self._offset else heard_of(self._words, samples)
        return " ".join(word.text for word in words)

    def unheard(self, samples: int) -> str:
        """The other words that were handed over."""
        return " ".join(word.text for word in self._words[len(heard_of(self._words, samples)) :])

    def cut(self, samples: int) -> int:
        """How many samples of a word are behind the caller, when `samples` were sent and more of it is to come."""
        return next((samples - word.start for word in self._words if word.start < samples < word.end), 0)

    def _say(self, samples: int, pcm: bytes = b"", stock: str = "", last: bool = False) -> Say:
        piece = len(self._pieces)
        self._pieces.append(samples)
        self._offset += samples
        if stock:
            self._stock.add(piece)
        else:
            self._rendered += samples
        return Say(self._call, self._epoch, self.number, piece, pcm, stock, last, self.protected, self.yields)


def heard_of(words: Sequence[SpokenWord], samples: int) -> list[SpokenWord]:
    """Those of `words` of which somebody heard all, when `samples` of the sound they lie in were sent."""
    return [word for word in words if word.end <= samples + _HEARD_TOLERANCE]


def _spread(text: str, samples: int) -> list[SpokenWord]:
    """Words without known places: spread over the audio by their length."""
    words = text.split()
    total = max(1, sum(len(word) + 1 for word in words))
    spread, at = [], 0
    for word in words:
        length = samples * (len(word) + 1) // total
        spread.append(SpokenWord(word, at, at + length))
        at += length
    return spread
