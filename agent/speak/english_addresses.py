"""Addresses as they are said: e-mail and web, telephone numbers in groups, codes digit by digit, streets."""

from __future__ import annotations

import re

from agent.speak.english_numbers import digits
from agent.speak.english_rules import Rule, rule

_SIGNS = {".": "dot", "-": "dash", "_": "underscore", "/": "slash", "@": "at", "+": "plus", "&": "and", "=": "equals"}
_ENDINGS = "com|org|net|io|co\\.uk|de|eu|gov|edu|info|biz|app|dev|ca|fr|uk|nl|ch|shop|ai"
_STREETS = {
    "st": "Street", "dr": "Drive", "ave": "Avenue", "rd": "Road", "blvd": "Boulevard", "ln": "Lane", "ct": "Court",
    "pl": "Place", "sq": "Square",
}  # fmt: skip
_CODES = (
    r"extension|ext\.?|room|zip(?:\scode)?|code|pin|flight|order|ticket|id|account|acct|reference|ref\.?|booking|case"
    r"|invoice|reservation|confirmation|tracking|serial|policy"
)


def _address(match: re.Match[str]) -> str:
    """An e-mail or web address, sign by sign; words stay words, figures are read digit by digit."""
    text = re.sub(r"^(https?://)?(www\.)?", "", match.group(), flags=re.IGNORECASE).split("?")[0].rstrip("/")
    parts = re.findall(r"[A-Za-z]+|\d+|[^\sA-Za-z\d]", text)
    return " ".join(digits(part) if part.isdigit() else _SIGNS.get(part, part) for part in parts if _sayable(part))


def _sayable(part: str) -> bool:
    return part in _SIGNS or part.isalnum()


def _telephone(match: re.Match[str]) -> str:
    """Digit by digit in the groups as written; ten without groups are 3-3-4."""
    written = match.group()
    groups = [group for group in re.split(r"[\s().-]+", written.removeprefix("+")) if group]
    if len(groups) == 1:
        groups = _grouped(groups[0])
    said = ", ".join(group if group.isalpha() else digits(group) for group in groups)
    return f"plus {said}" if written.startswith("+") else said


def _grouped(figures: str) -> list[str]:
    head, tail = figures[:-10], figures[-10:]
    if len(figures) >= 10:
        return [group for group in (head, tail[:3], tail[3:6], tail[6:]) if group]
    if len(figures) == 7:
        return [figures[:3], figures[3:]]
    return [figures[at : at + 3] for at in range(0, len(figures), 3)]


def _street(match: re.Match[str]) -> str:
    """A full stop that also ends the sentence stays."""
    ends = "." in match[3] and (not match[4] or match[4].isupper())
    return f"{match[1]} {_STREETS[match[2].lower()]}{'.' if ends else ''}"


def _code(match: re.Match[str]) -> str:
    return " ".join(digits(part) if part.isdigit() else part for part in re.findall(r"\d+|[A-Za-z]+", match.group()))


ADDRESSES: tuple[Rule, ...] = (
    rule(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", _address),
    rule(r"\bhttps?://[^\s,;!]*[^\s,;!.:?]", _address),
    rule(rf"\b(?:www\.[\w-]+|[a-z][\w-]*(?:\.[\w-]+)*)\.(?:{_ENDINGS})\b(?:/[\w/.-]*\w)?", _address),
)
TELEPHONES: tuple[Rule, ...] = (
    rule(r"\+\d[\d\s().-]{6,}\d", _telephone),
    rule(r"(?<![\d-])1[\s.-]\(?\d{3}\)?[\s.-]\s?\d{3}[\s.-]\d{4}\b", _telephone),
    rule(r"(?<![\d-])1-8\d\d-[A-Z]{3,}\b", _telephone),
    rule(r"\(?\b\d{3}\)?[\s.-]\s?\d{3}[\s.-]\d{4}\b", _telephone),
    rule(r"\b\d{3}-\d{4}\b", _telephone),
    rule(r"\b0\d{2,4}[\s-]\d{3,4}(?:[\s-]\d{3,4})?\b", _telephone),
    rule(r"\b\d{4}(?:[\s-]\d{4}){2,3}\b", _telephone),  # a card
    rule(r"\b\d{3}-\d{2}-\d{4}\b", _telephone),
    rule(r"(?<![\d,.$£€])\b(?!\d+0000\b)\d{7,12}\b(?![,.]\d)", _telephone),
    rule(r"\b(call|dial|text)\s(\d{3,6})\b", lambda match: f"{match[1]} {digits(match[2])}"),
)
CODES: tuple[Rule, ...] = (
    rule(
        rf"\b({_CODES})\s((?:number|no\.?|code|is)\s)?#?\s?(\d{{3,}})\b",
        lambda match: f"{match[1]} {match[2] or ''}{digits(match[3])}",
    ),
    rule(r"\bx\.?\s?(\d{2,5})\b", lambda match: f"extension {digits(match[1])}"),
    rule(r"#\s?([A-Z]{1,4})-?(\d{2,})\b", lambda match: f"number {_code(match)}"),
)
STREETS: tuple[Rule, ...] = (
    rule(r"(\d+(?:\s[A-Z][a-z]+)+)\s(St|Dr|Ave|Rd|Blvd|Ln|Ct|Pl|Sq)\b(\.?)(?=\s*([A-Z]?))", _street, 0),
    rule(r"(\b[A-Z][a-z]+)\s(St)(\.)(?=\s*($|[^\sA-Z]))", _street, 0),
    rule(r"\bSt\.\s?(?=[A-Z])", "Saint ", 0),
)
