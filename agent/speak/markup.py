"""Takes out of a text what is for the eye: markdown, HTML, emoji, quotes, stacked punctuation. Any language."""

from __future__ import annotations

import re
import unicodedata

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.MULTILINE), replacement)
    for pattern, replacement in (
        (r"^\s*```.*$", ""),  # code fences
        (r"!\[([^\]]*)\]\([^)]*\)", r"\1"),  # images
        (r"\[([^\]]+)\]\([^)]*\)", r"\1"),  # links
        (r"<(https?://[^>\s]+|[^@>\s]+@[^>\s]+)>", r"\1"),  # <address>
        (r"</?[a-zA-Z][^>]*>", " "),  # HTML
        (r"^\s{0,3}#{1,6}\s+", ""),  # headings
        (r"^\s*>\s?", ""),  # quotations
        (r"^\s*[-*+•·▪]\s+", ""),  # list items
        (r"^\s*(\d{1,2})[.)]\s+", r"\1, "),  # numbered items
        (r"^\s*([-*_=]\s*){3,}$", ""),  # rulers
        (r"(?<=\d)\s?\*\s?(?=\d)", " × "),
        (r"(?<=\S )\*(?=[ ,.;!?]|$)", "∗"),  # a key of the telephone
        (r"(?<!\w)[:;=]-?[)(DPp|](?!\w)", ""),  # :-)
        (r"\*{1,3}|~~|`+|(?<!\w)_{1,3}|_{1,3}(?!\w)", ""),  # emphasis
        (r"\s*\|\s*", ", "),  # tables
        (r"[\"“”«»„]", ""),
        (r"[‘’]", "'"),
        (r"(?<!\w)'|'(?!\w)", ""),
        (r"\s*\n+\s*", "\n"),
    )
)
_VULGAR = re.compile("[¼-¾⅐-⅞]")  # 2½ must not become 21/2
_RAISED = str.maketrans({"²": "^2", "³": "^3", "™": "", "®": "", "©": ""})  # nor 5² 52
_LINE_END = re.compile(r"([^.,;:!?…\n])\n(?=.)")
_PUNCTUATION: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\s*[(\[{]\s*", ", "),
        (r"\s*[)\]}](?=\s*[.,;:!?])", ""),
        (r"\s*[)\]}]\s*", ", "),
        (r"\s+", " "),
        (r"\s*(?:—|–|--+|\s-\s)\s*", ", "),
        (r"\.{2,}|…", "."),
        (r"\s+([.,;:!?])", r"\1"),
        (r"([!?])[.,;:!?]+", r"\1"),
        (r"[,;:.]+([.!?])", r"\1"),
        (r"([.,;:])[,;:]+", r"\1"),
        (r"^[\s.,;:!?]+", ""),
        (r"([,;:])$", "."),
        (r"([.,;:!?])(?=[^\W\d])", r"\1 "),
    )
)
_KEPT_SYMBOLS = frozenset("°+=<>$£€¥%&@#/~^")


def without_markup(text: str) -> str:
    """`text` with links as their words, list items as sentences, and no emphasis, emoji or control characters."""
    text = unicodedata.normalize("NFKC", _VULGAR.sub(r" \g<0>", text.translate(_RAISED)))
    text = "".join(char for char in text if not _for_the_eye(char))
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return _LINE_END.sub(r"\1.\n", text.strip())


def tidied(text: str) -> str:
    """`text` on one line, single marks, none at its front, no space before them."""
    before = ""
    while before != text:  # taking one mark away can bring two others together
        before = text
        for pattern, replacement in _PUNCTUATION:
            text = pattern.sub(replacement, text)
        text = text.strip()
    return text


def _for_the_eye(char: str) -> bool:
    if char in _KEPT_SYMBOLS or char in "\n`|":
        return False
    category = unicodedata.category(char)
    return category in {"So", "Sk", "Cc", "Cf", "Co", "Cs", "Cn", "Me"} or 0xFE00 <= ord(char) <= 0xFE0F
