"""What of the strong model's sentences may be spoken: each has to say one place of one sentence of the note. Pure.

Able models put together what the note keeps apart: "Dogs are welcome on a leash. Cats stay outside." becomes "Your cat
is welcome on a leash.", and "Monday to Friday until six, and on Saturday until two" becomes "on Saturday until six".
They put the caller's word in the place of the note's, too: "You can eat on the terrace." becomes "You can smoke on the
terrace."; they turn things round, and leave out what limits them: "Insurance rarely covers it." So beyond
`agent.reply.wording`,

- the sentence says all the content words of a stretch of the note's sentence, in their order, and no others;
- a stretch begins where a clause does or behind an "and", and ends with a clause; what it leaves out holds no condition
  ("with an appointment") and is no mere time or place ("on Mondays, ..."); or, the head of the sentence is said of a
  number or day behind an "and": "On Saturday we're open from ten to two.";
- words that limit, weigh or allow (`_KEPT`) are said where the note has them, and only there; a sentence with such a
  word, and one that denies something, is said whole;
- what "we" do is not said of "you", nor what "he" does of "them".

What is refused wrongly is said as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.listen.wording import listed
from agent.reply.digits import digits_of
from agent.reply.utterance import Utterance
from agent.reply.wording import DENIALS, FUNCTION, GIVENS, faithful, stem

_KEPT = listed(
    "only except unless until till if must need without besides excluding alone just than then either both whether "
    "provided providing depending subject plus during like unlike "
    "rarely seldom usually sometimes hardly mostly normally generally often occasionally typically scarcely barely "
    "almost nearly about perhaps maybe probably possibly may might could should would was were had did "
    "all any some many much more few little out off down"
)
_CONTRACTED = {"'ll": "will", "'d": "would"}
_ADDING = listed("sure okay right also too very want")  # not said where the note has them not
_LESSENING = listed("can will")  # never left out: what can be need not be so
_RELATIONS = listed(
    "before after least most than up within between or and but instead over under behind beside above below near next "
    "opposite across from by to"
)
_MORE = listed("and or behind beside near next opposite across")
_CONDITIONS = listed("with when while where for")
_VERBS = listed(  # of the words that `faithful` lets pass: who gives does not take
    "ask call called come get give given go going got help know let make made say see show take tell try use"
)
_VERB_STEMS = frozenset(map(stem, _VERBS))
_UNITS = frozenset(map(stem, listed("dollar cent euro pound percent minute hour day week month year mile pm")))
_RANGES = ("to", "through", "until", "till")
_HAVING = listed("have has had need able want like going")  # "to" behind one leads to what is done, and nowhere
_PLACING = listed("on in at from to by of")  # a clause that begins so tells when or where
_PERSONS = {"we": "we", "us": "we", "i": "we", "you": "you"} | {
    "he": "he", "him": "he", "she": "she", "they": "they", "them": "they",
}  # fmt: skip
_EMPTY = "find"  # words that say nothing of what the note does not
_NOT = "not"
_COMMA = re.compile(r"[,;:]\s")
_BREAK = ","
_PLACED = ", on"  # a break before a clause that tells when or where
_BREAKS = (_BREAK, _PLACED)
_BOUND = _CONDITIONS | {_PLACED, "between", "before", "after", "within"}


def supported(sentence: str, note: Sequence[str]) -> bool:
    """Whether the sentence may be spoken as the answer of the sentences `note`."""
    return any(_within(sentence, own) for own in note)


def _within(sentence: str, own: str) -> bool:
    words, known = _words(sentence), _words(own)
    if words & _KEPT != known & _KEPT or (words - known) & _ADDING or (known - words) & _LESSENING:
        return False
    whole = bool(known & (_KEPT | DENIALS))
    return faithful(sentence, _EMPTY, own) and _same_persons(sentence, own) and _says(sentence, _clauses(own), whole)


def _words(text: str) -> set[str]:
    words = set(Utterance(text).raw)
    return words | {whole for end, whole in _CONTRACTED.items() if any(word.endswith(end) for word in words)}


def _same_persons(sentence: str, own: str) -> bool:
    """Whether who does something is who does it in the note; "you'll find us" is said of anything."""
    said, noted = _persons(sentence), _persons(own)
    if _EMPTY in Utterance(sentence).raw and said[:1] == ["you"]:
        del said[0]
    return not said or said == noted or (len(set(noted)) == 1 and set(said) == set(noted))


def _persons(text: str) -> list[str]:
    words = (word.partition("'")[0] for word in Utterance(text).raw)
    return [_PERSONS[word] for word in words if word in _PERSONS]


def _says(sentence: str, note: list[str], whole: bool) -> bool:
    said = [
        token
        for token in _unbroken(_clauses(sentence))
        if token in note or _is_firm(token) or token.removesuffix("-ed") in _VERB_STEMS
    ]
    if not any(token not in _RELATIONS for token in said):
        return False  # "Sure, you can."
    if said == _unbroken(note):
        return True
    return not whole and (any(said == stretch for stretch in _stretches(note)) or _is_ellipsis(said, note))


def _unbroken(tokens: Sequence[str]) -> list[str]:
    return [token for token in tokens if token not in _BREAKS]


def _stretches(note: list[str]) -> Iterator[list[str]]:
    for begin in (0, *_begins(note)):
        if _may_go(note[:begin]):
            yield from (_unbroken(note[begin:end]) for end in _ends(note, begin))


def _is_ellipsis(said: list[str], note: list[str]) -> bool:
    """Whether the head of the note, the words before anything firm, is said of what stands behind an "and"."""
    firm = next((at for at, token in enumerate(note) if _is_firm(token)), 0)
    head = note[:firm]
    if not head or [token for token in said if token in head] != head:
        return False
    rest = [token for token in said if token not in head]
    return any(
        _is_firm(note[begin]) and _may_go(note[firm:begin]) and rest == _unbroken(note[begin:end])
        for begin in _begins(note)
        for end in _ends(note, begin)
    )


def _begins(note: list[str]) -> list[int]:
    """Where a clause begins. Behind an "or" without a comma none does: "the nurse or the doctor sees you"."""
    return [
        at
        for at in range(1, len(note))
        if note[at] not in _BREAKS and (note[at - 1] in (*_BREAKS, "and") or note[at - 2 : at] == [_BREAK, "or"])
    ]


def _ends(note: list[str], begin: int) -> list[int]:
    """Where a stretch may end: never before what qualifies it, as "free" of "free for orders over fifty dollars" or of
    "free, tax excluded"."""
    return [end for end in range(begin + 1, len(note) + 1) if end == len(note) or _adds(note[end:])]


def _adds(behind: list[str]) -> bool:
    """Whether a clause begins that says one thing more, or only where."""
    return behind[0] == _BREAK and not _MORE.isdisjoint(behind[1:2]) and _may_go(behind)


def _may_go(left_out: Sequence[str]) -> bool:
    """Whether the rest stands without it."""
    return _BOUND.isdisjoint(left_out)


def _clauses(text: str) -> list[str]:
    """The tokens, with a break before each clause but the first."""
    tokens: list[str] = []
    for at, clause in enumerate(_COMMA.split(text)):
        first = next(iter(Utterance(clause).raw), "")
        placed = first in _PLACING or stem(first) in GIVENS
        tokens += [*([_PLACED] if placed else [_BREAK] if at else []), *_tokens(clause)]
    return tokens


def _tokens(text: str) -> list[str]:
    """What carries the meaning, as stems in order; a range of numbers or days is one: "nine to six"."""
    tokens: list[str] = []
    before = ""
    for word in Utterance(text).raw:
        token = _NOT if word in DENIALS else word if _is_firm(word) else _content(word)
        if before in _RANGES and _is_firm(token):
            token = f"{_range_begun(tokens)} to {token}"
        if word not in FUNCTION or word in _VERBS or (_is_firm(token) and not (word == "to" and before in _HAVING)):
            tokens.append(token)
        before = word
    return tokens


def _range_begun(tokens: list[str]) -> str:
    """Takes the begin of a range off the tokens; "" where it has none: "until six"."""
    if tokens[-1:] == ["to"]:
        tokens.pop()
    begin = tokens.pop() if tokens and _is_firm(tokens[-1]) else ""
    if tokens[-1:] == ["from"]:
        tokens.pop()
    return begin


def _content(word: str) -> str:
    """Its stem; who charges is not charged."""
    return stem(word) + ("-ed" if word.endswith("ed") else "")


def _is_firm(token: str) -> bool:
    """What may be neither left out of a stretch nor moved."""
    if " to " in token or token in _RELATIONS | _CONDITIONS or token == _NOT or token in GIVENS | _UNITS:
        return True
    return bool(digits_of(Utterance(token)))
