"""A turn heard once more by a recogniser of what was asked for alone: digits, dates, the choices there are.

An open recogniser writes "to" for "two" and "sense" for "ten"; one that knows only the words of a slot does not, but
hears them in everything. Both together tell more than either: `agent.slots.read`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence

import structlog

from agent.errors import RecogniserError
from agent.listen.among import Among, Make
from telephony.audio import samples

LONGEST = samples(10.0)  # of sound that is heard again: it takes a fiftieth of its time
MOST = 40  # recognisers that are kept, each with its words

log = structlog.get_logger()

Closed = Callable[[tuple[str, ...], bytes], str]


class ClosedEars:
    """Of all calls: a recogniser for each grammar. Thread-safe."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._known: dict[tuple[str, ...], Among | None] = {}
        self._lock = threading.Lock()

    def prepare(self, grammars: Iterable[Sequence[str]]) -> None:
        """Make the recognisers of these, so that no caller waits for one. Blocking, some 10 ms each."""
        for grammar in grammars:
            self._among(tuple(grammar))

    def __call__(self, grammar: Sequence[str], pcm: bytes) -> str:
        """The words in 16 kHz PCM, with "[unk]" for what is none of the grammar's; "" where it cannot be heard.
        Blocking."""
        among = self._among(tuple(grammar))
        return "" if among is None else " ".join(word.text for word in among.hear(pcm))

    def _among(self, grammar: tuple[str, ...]) -> Among | None:
        with self._lock:
            if grammar in self._known:
                return self._known[grammar]
        made = self._made(grammar)  # without the lock: calls go on meanwhile
        with self._lock:
            if grammar not in self._known and len(self._known) >= MOST:
                self._known.pop(next(iter(self._known)))
            return self._known.setdefault(grammar, made)

    def _made(self, grammar: tuple[str, ...]) -> Among | None:
        try:
            return Among(self._make, grammar, "answers to a slot")
        except RecogniserError as error:
            log.warning("a slot is heard by the open recogniser alone", reason=str(error))
            return None
