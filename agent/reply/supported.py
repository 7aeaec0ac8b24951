"""What of the strong model's sentences may be spoken: each has to stand in one place of one sentence of the note. Pure.

Able models put together what the note keeps apart: "Dogs are welcome on a leash. Cats stay outside." becomes "Your cat
is welcome on a leash.", and "Monday to Friday until six, and on Saturday until two" becomes "on Saturday until six".
They put the caller's word in the place of the note's, too: "You can eat on the terrace." becomes "You can smoke on the
terrace." So beyond `agent.reply.wording`, each content word is the note's, and those words lie in a stretch of it whose
firm words (numbers, days, units, limits) are all said, in order. The stretch ends where a clause does, so that no
condition is left out; one that denies or limits something, or goes over a comma, is said to the letter. What is refused
wrongly is said as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.listen.wording import listed
from agent.reply.digits import digits_of
from agent.reply.utterance import Utterance
from agent.reply.wording import DENIALS, FUNCTION, GIVENS, faithful, stem

_LIMITS = listed("only except unless until till if must need")  # said where the note has them, and only there
_ADDING = listed("one sure okay right all any also too more much many very out off down want")
_RELATIONS = listed(
    "before after least most than up within between or and but instead over under behind beside above below near next "
    "opposite across"
)
_UNITS = frozenset(map(stem, listed("dollar cent euro pound percent minute hour day week month year mile pm")))
_RANGES = ("to", "through", "until", "till")
_ELLIPSES = ("and", "or")  # behind them a sentence begins anew but for its head: "We're open …, and on Saturday …"
_EMPTY = "find"  # words that say nothing of what the note does not
_NOT = "not"
_COMMA = re.compile(r"[,;:]\s")
_BREAK = ","
_ENDS = (_BREAK, "and", "or", "but")


def supported(sentence: str, note: Sequence[str]) -> bool:
    """Whether the sentence may be spoken as the answer of the sentences `note`."""
    return any(_within(sentence, own) for own in note)


def _within(sentence: str, own: str) -> bool:
    words, known = set(Utterance(sentence).raw), set(Utterance(own).raw)
    if words & _LIMITS != known & _LIMITS or (words - known) & _ADDING:
        return False
    to_the_letter = bool(known & (_LIMITS | {"than"}))
    return faithful(sentence, _EMPTY, own) and _in_one_place(_tokens(sentence), _clauses(own), to_the_letter)


def _in_one_place(said: list[str], note: list[str], to_the_letter: bool) -> bool:
    taken = [token for token in said if token in note or _is_firm(token)]
    if not any(token not in _RELATIONS for token in taken):
        return False  # "Sure, you can."
    if any(taken == [token for token in stretch if token != _BREAK] for stretch in _stretches(note)):
        return True
    if to_the_letter or _NOT in taken:
        return False
    firm = _firm(taken)
    held = (
        set(taken) <= set(stretch) and stretch[-1] in taken and firm == _firm(stretch)
        for stretch in _stretches(note)
        if _BREAK not in stretch
    )
    elliptic = (set(taken) - head == set(rest) - head and firm == _firm(rest) for head, rest in _ellipses(note))
    return any(held) or any(elliptic)


def _stretches(note: list[str]) -> Iterator[list[str]]:
    for end in _ends(note):
        yield from (note[begin:end] for begin in range(end))


def _ends(note: list[str]) -> list[int]:
    """Where a stretch may end: never before what qualifies it, as "free" of "free for orders over fifty dollars"."""
    return [end for end in range(1, len(note) + 1) if end == len(note) or note[end] in _ENDS]


def _ellipses(note: list[str]) -> Iterator[tuple[set[str], list[str]]]:
    """The words before anything firm, and a stretch from behind an "and"."""
    firm = next((at for at, token in enumerate(note) if _is_firm(token)), 0)
    for at, token in enumerate(note):
        if token in _ELLIPSES:
            behind = note[at + 1 :]
            yield from ((set(note[:firm]), behind[:end]) for end in _ends(behind) if _BREAK not in behind[:end])


def _clauses(text: str) -> list[str]:
    tokens: list[str] = []
    for clause in _COMMA.split(text):
        tokens += [*([_BREAK] if tokens else []), *_tokens(clause)]
    return tokens


def _tokens(text: str) -> list[str]:
    """What carries the meaning, as stems in order; a range of numbers or days is one: "nine to six"."""
    tokens: list[str] = []
    joins = False
    for word in Utterance(text).raw:
        token = _NOT if word in DENIALS else word if _is_firm(word) else stem(word)
        if joins and tokens and _is_firm(token) and _is_firm(tokens[-1]):
            tokens[-1] += f" to {token}"
        elif word not in FUNCTION or _is_firm(token):
            tokens.append(token)
        joins = word in _RANGES
    return tokens


def _firm(tokens: list[str]) -> list[str]:
    return [token for token in tokens if _is_firm(token)]


def _is_firm(token: str) -> bool:
    """What may be neither left out of a stretch nor moved."""
    if " to " in token or token in _RELATIONS or token == _NOT or token in GIVENS | _UNITS:
        return True
    return bool(digits_of(Utterance(token)))
