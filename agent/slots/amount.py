"""An amount: of money to the hundredth, or a number of anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from num2words import num2words

from agent.dialplan.slots import Slot
from agent.listen.wording import listed
from agent.reply.utterance import Utterance
from agent.slots.correction import versions
from agent.slots.figures import WORDS, figures
from agent.slots.found import Found, meant
from agent.slots.reading import Reading

_HUNDREDTHS = {"dollars": ("dollar", "cents"), "euros": ("euro", "cents"), "pounds": ("pound", "pence")}
GRAMMAR = (
    *WORDS, "oh", "hundred", "thousand", "and", "a", "half", "point", "dollar", "dollars", "bucks", "cent", "cents",
    "euro", "euros", "pounds", "pence", "no", "not", "or", "to", "between", "i mean", "wait", "sorry",
    "it's", "about", "around", "i'd say", "please", "thanks", "thank you",
)  # fmt: skip
_UNITS = r"(?= (?:dollars|bucks|euros|pounds|hundred|thousand|cents)\b)"
_MISHEARD = (  # numbers as words that people say for themselves as well: "for (a) hundred dollars"
    (re.compile(rf"(?:^|(?<=\bit's ))(?:to|too){_UNITS}"), "2"),
    (re.compile(rf"(?:^|(?<=\bit's ))(?:for|fore){_UNITS}"), "4"),
    (re.compile(r"\bwon(?= (?:dollar|buck|hundred|thousand|euro|pound))"), "1"),
    (re.compile(r"^(for )?(?:to|too)$"), r"\g<1>2"),
    (re.compile(r"^(for )?(?:for|fore)$"), r"\g<1>4"),
)
_HEARD = (  # numbers as other words
    (re.compile(r"(?<!half )(?<!of )\ban?(?= (?:hundred|thousand|dollar|buck|euro|pound)\b)"), "1"),
    (re.compile(r"\bnot (\d+) (?=\d+$)"), r"not \1, "),
)
_UNDER_100 = r"\d{1,2}"
_UNDER_1000 = rf"(?:{_UNDER_100} hundred(?:(?: and)? {_UNDER_100}(?! hundred))?|{_UNDER_100}(?! hundred))"
_WHOLE = rf"(?:{_UNDER_1000} thousand(?:(?: and)? {_UNDER_1000})?|{_UNDER_1000})(?! (?:hundred|thousand|million)\b)"
_MONEY = r"(?:dollars?|bucks?|euros?|pounds?)"
_CENTS = r"(?:cents?|pence)"
_SMALL = rf"(?P<small>oh \d|{_UNDER_100})"
_OTHER = r"(?! (?:percent|per cent|o'clock|of\b(?! us)|\d|oh\b|hundred|thousand))"
_LONE = r"(?<!\d )(?<!oh )(?<!hundred )(?<!thousand )(?<!million )(?<!and )(?<!point )"
_SURE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_LONE}\b(?P<whole>{_WHOLE}) {_MONEY}(?: and)? {_SMALL}(?: {_CENTS})?\b(?! {_MONEY}){_OTHER}",
        rf"{_LONE}\b(?P<whole>{_WHOLE}) (?P<half>and a half)(?: {_MONEY})?\b",
        rf"{_LONE}\b(?P<whole>{_WHOLE}) point (?P<point>(?:\d|oh)(?: (?:\d|oh))?|\d\d)(?: {_MONEY})?\b{_OTHER}",
        rf"{_LONE}\b{_SMALL} {_CENTS}\b",
        rf"{_LONE}\b(?P<whole>{_WHOLE}) (?:{_MONEY}|UNIT)\b",
    )
)
_UNSURE = re.compile(rf"{_LONE}\b(?P<whole>\d{{1,3}}) (?P<small>oh \d|[1-9]\d)\b{_OTHER}")
_ENDS = re.compile(r"$| (?:please|today|now|thanks|thank|total|in|for|i|would|is|if|then|not|or|to|more|each|of)\b|,")
_BARE = re.compile(rf"{_LONE}\b(?P<whole>{_WHOLE})\b{_OTHER}")
# What may stand around a number without its unit; beside anything else it may count something.
_GLUE = listed(
    "it's it is was i i'd i'll think guess about around roughly maybe can could pay would like to will want today now "
    "please just let's say all in total exactly only the bill says yes okay well so then not or and "
    "hundred thousand oh a for there are be we'll we're of us table party"
)


def read_amount(slot: Slot, said: Utterance, now: datetime) -> Reading | None:
    """The amount that is meant, as far as the slot takes it."""
    del now
    for at, version in enumerate(versions(said.text)):
        written = _rewritten(figures(version.split()), _HEARD)
        text = _rewritten(written, _MISHEARD)
        found = list(_found(slot, text))
        if found:
            only = meant(text, found)
            if only is None or not _allowed(slot, Decimal(only.value)):
                return None
            ends = bool(_ENDS.match(text[only.end :]))  # else more was said of it
            sure = only.sure and at == 0 and text == written and ends
            return Reading(only.value, spoken_amount(Decimal(only.value), slot.unit), sure)
    return None


def spoken_amount(amount: Decimal, unit: str) -> str:
    """The amount in words: "twelve dollars and fifty cents", "four people"."""
    if unit not in _HUNDREDTHS:
        return _words(amount) if amount == 1 else f"{_words(amount)} {unit}"
    one, hundredth = _HUNDREDTHS[unit]
    whole, rest = divmod(amount, 1)
    small = int(rest * 100)
    parts = [f"{_words(whole)} {one if whole == 1 else unit}"] if whole or not small else []
    if small:
        parts.append(f"{_words(Decimal(small))} {hundredth.removesuffix('s') if small == 1 else hundredth}")
    return " and ".join(parts)


def _rewritten(text: str, rules: Sequence[tuple[re.Pattern[str], str]]) -> str:
    for pattern, instead in rules:
        text = pattern.sub(instead, text)
    return text


def _words(amount: Decimal) -> str:
    number = int(amount) if amount == int(amount) else amount
    return re.sub(r"[-,]", " ", str(num2words(number))).replace("  ", " ")


def _allowed(slot: Slot, amount: Decimal) -> bool:
    least, most = slot.least, slot.most
    return (least is None or amount >= Decimal(str(least))) and (most is None or amount <= Decimal(str(most)))


def _found(slot: Slot, text: str) -> Iterator[Found]:
    taken = text
    unit = re.escape(slot.unit)
    for pattern in (re.compile(one.pattern.replace("UNIT", unit)) for one in _SURE):
        for match in pattern.finditer(taken):
            yield _one(slot, match, sure=True)
        taken = pattern.sub(lambda match: "_" * len(match[0]), taken)
    if not set(re.sub(r"[\d_,]+", " ", taken).split()) <= _GLUE | {slot.unit}:
        return
    for match in _UNSURE.finditer(taken):
        yield _two_numbers(slot, match)
    taken = _UNSURE.sub(lambda match: "_" * len(match[0]), taken)
    for match in _BARE.finditer(taken):
        yield _one(slot, match, sure=True)


def _one(slot: Slot, match: re.Match[str], sure: bool) -> Found:
    parts = match.groupdict()
    amount = Decimal(_whole(parts.get("whole") or "0"))
    if parts.get("half"):
        amount += Decimal("0.5")
    if parts.get("point"):
        amount += Decimal("0." + parts["point"].replace("oh", "0").replace(" ", ""))
    if parts.get("small"):
        amount += Decimal(parts["small"].replace("oh ", "")) / 100
    return Found(_canonical(amount, slot.unit), match.start(), match.end(), sure)


def _two_numbers(slot: Slot, match: re.Match[str]) -> Found:
    """ "Two fifty": 2.50, or 250 where there are no hundredths or only that is taken."""
    small = _one(slot, match, sure=False)
    large = Decimal(match["whole"]) * 100 + int(match["small"].replace("oh ", ""))
    if slot.unit in _HUNDREDTHS and (_allowed(slot, Decimal(small.value)) or not _allowed(slot, large)):
        return small
    return Found(_canonical(large, slot.unit), match.start(), match.end(), sure=False)


def _canonical(amount: Decimal, unit: str) -> str:
    return f"{amount:.2f}" if unit in _HUNDREDTHS else f"{amount.normalize():f}"


def _whole(text: str) -> int:
    """The number of "2 thousand 5 hundred and 50", "15 hundred", "20"."""
    total = last = 0
    for word in text.split():
        if word == "hundred":
            last *= 100
        elif word == "thousand":
            total, last = total + last * 1000, 0
        elif word != "and":
            last += int(word)
    return total + last
