"""What the bot says to fill a wait: the one owner of acknowledgements ("Sure."), fillers ("One moment, please.") and
murmurs ("Mm-hmm.").

::

    reply ─► its route may be led in? ─► slower than the budget? ─► share of all turns left? ─► next text
             (table below)                                                                              that differs

All of these texts are pre-rendered, so they sound at once. An acknowledgement promises nothing: it goes only before an
answer to an open question, never before a yes or no, a farewell, an apology or anything said to a caller in distress.
A murmur goes into a pause of a long turn of the caller; when, is for the turn table to say (`Rules.murmurs`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.reply.reply import Awaited, Reply, Route, StockPart

BUDGET_MS = 250  # a reply that is audible within it needs no acknowledgement
FILLER_MS = 700  # without a sound for so long after the commit, a filler goes
SHARE = 0.15  # of turns may begin with an acknowledgement

_LED_IN = {
    Route.INTENT: True,
    Route.FACT: True,
    Route.SMALL_TALK: False,  # "How are you?" - "Sure."
    Route.MESSAGE: False,  # dictation and its confirmations
    Route.FLOW: False,  # "Right." is no answer to "at three"
    Route.TRANSFER: False,
    Route.MENU: False,
    Route.CONFIRM: False,
    Route.FALLBACK: False,  # begins with an apology
    Route.SILENCE: False,
    Route.GREETING: False,
    Route.GOODBYE: False,
    Route.APOLOGY: False,
    Route.RESUMED: False,
    Route.FAR_END: False,
    Route.COMMAND: False,  # short and pre-rendered
}
_DISTRESS = re.compile(
    r"\b(emergency|ambulance|accident|police|fire|hospital|bleeding|hurt|dying|died|dead|death|passed away|funeral"
    r"|scared|afraid|terrified|crying|suicide|kill|help me|desperate|upset|angry|furious|outrageous|ridiculous"
    r"|complain|complaint|lawyer)\b",
    re.IGNORECASE,
)


class Share:
    """How many turns of all calls of a dialplan began with an acknowledgement. Belongs to one thread."""

    def __init__(self) -> None:
        self.turns = 0
        self.given = 0

    @property
    def left(self) -> bool:
        """Whether one more is within SHARE."""
        return self.given + 1 <= SHARE * self.turns


class Acknowledgements:
    """Those of one call. Pure: what it says depends on what it was asked before, on what is left of `share`, and on
    nothing else."""

    def __init__(
        self,
        acknowledgements: Sequence[str],
        fillers: Sequence[str],
        share: Share | None = None,
        murmurs: Sequence[str] = (),
    ) -> None:
        """The texts to choose from; with less than two different ones of a kind that kind may stay away, because
        nothing is said twice in a row. `share` is one for all calls."""
        self._share = share or Share()
        self._acknowledgements = tuple(dict.fromkeys(acknowledgements))
        self._fillers = tuple(dict.fromkeys(fillers))
        self._murmurs = tuple(dict.fromkeys(murmurs))
        self._given = 0
        self._filled = 0
        self._murmured = 0
        self._last = ""  # of any kind
        self._awaited = Awaited.OPEN
        self._distress = False

    def lead(self, reply: Reply, expected_ms: float, said: str = "") -> str | None:
        """What goes before `reply`, to a caller who said `said`, when its own first sound is `expected_ms` away; None
        for nothing. Call it once for every reply that answers the caller: it counts them."""
        self._share.turns += 1
        answered, self._awaited = self._awaited, reply.expects.awaited
        self._distress = self._distress or bool(_DISTRESS.search(said))
        fits = _LED_IN[reply.route] and not reply.hang_up and {answered, self._awaited} == {Awaited.OPEN}
        needed = expected_ms > BUDGET_MS and bool(reply.parts) and not isinstance(reply.parts[0], StockPart)
        if not fits or not needed or self._distress or not self._share.left:
            return None
        text = self._next(self._acknowledgements, self._given, first_word(reply.text))
        if text is not None:
            self._given += 1
            self._share.given += 1
        return text

    def filler(self) -> str | None:
        """What is said when a reply is later than FILLER_MS; None when there is nothing that was not said last."""
        text = self._next(self._fillers, self._filled)
        self._filled += text is not None
        return text

    def murmur(self, said: str) -> str | None:
        """What tells a caller who pauses after `said` that somebody listens; None for nothing, as in distress."""
        self._distress = self._distress or bool(_DISTRESS.search(said))
        text = None if self._distress else self._next(self._murmurs, self._murmured)
        self._murmured += text is not None
        return text

    def _next(self, texts: Sequence[str], count: int, begins: str = "") -> str | None:
        """The next text in turn that is not the last one said and does not begin like what follows it."""
        for at in range(len(texts)):
            text = texts[(count + at) % len(texts)]
            if text != self._last and first_word(text) != begins:
                self._last = text
                return text
        return None


def first_word(text: str) -> str:
    """The first word of a text, in lower case and without marks."""
    return re.sub(r"\W", "", text.split(maxsplit=1)[0]).lower() if text.split() else ""
