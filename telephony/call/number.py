"""Telephone numbers as callers, trunks and dialplans write them, in one form: E.164, "+" and digits.

::

    +49…, 0049…                            ─► +49…, without a national prefix behind the country code: "+49 (0) 30"
    030… (national prefix)                 ─► +4930…
    4930… (10 digits or more)              ─► +4930…: no local number is so long and begins with its country's code
    30… where there is no national prefix  ─► +4930…
    anything else (100, 5550199)           ─► as it is: an extension, or a local number whose area nobody told

The North American plan (country code 1) needs no prefix to be certain: its numbers have ten digits, and begin with 2-9.
"""

from __future__ import annotations

import re

from telephony.config import Trunk

_AMERICAN, _AMERICA = re.compile(r"1?([2-9]\d{9})"), "1"
_FEWEST_NATIONAL = 7  # digits; shorter ones are extensions
_FEWEST_ABROAD, _MOST = 10, 15  # digits of a number that begins with its country's code, without a plus
_LONGER_ABROAD = {"7": 11, "39": 11}  # where a national number may begin with that code
_KEEPS_ZERO = ("39", "225", "229", "241", "242", "378", "379")  # their numbers have a zero there, or may have
# The country codes of ITU-T E.164: one digit, two, or three.
_CODE = (
    r"(?:7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]"
    r"|(?:2[1-689]|3[578]|42|5[09]|6[7-9]|8[035789]|9[679])\d)"
)
_PREFIX_BEHIND = re.compile(rf"\+(?:1[01]|(?!{'|'.join(_KEEPS_ZERO)}){_CODE}0)")


def plain(number: str) -> str:
    """A number without the plus of E.164: both are the same number."""
    return number[1:] if re.fullmatch(r"\+\d+", number) else number


def normalise(number: str, trunk: Trunk) -> str:
    """A number in E.164 as far as the trunk's rules tell; else as it came, without separators."""
    digits = re.sub(r"[\s().-]", "", number)
    if not re.fullmatch(r"\+?\d+", digits):
        return number
    code, abroad = trunk.country_code, trunk.international_prefix
    if code is None:
        return digits
    if abroad and digits.startswith(abroad):
        digits = "+" + digits.removeprefix(abroad)
    if digits.startswith("+"):
        return _without_prefix(digits, code, trunk.national_prefix)
    return _american(digits) if code == _AMERICA else _national(digits, code, trunk.national_prefix)


def has_prefix_behind_code(number: str) -> bool:
    """Whether a number in E.164 has a national prefix behind the country code, where no country's numbers have one.
    Trunks that pass over it call another number than the one that is written."""
    return _PREFIX_BEHIND.match(number) is not None


def _american(digits: str) -> str:
    found = _AMERICAN.fullmatch(digits)
    return digits if found is None else f"+{_AMERICA}{found[1]}"


def _national(digits: str, code: str, prefix: str) -> str:
    if prefix and digits.startswith(prefix):
        return f"+{code}{digits.removeprefix(prefix)}"
    if digits.startswith(code) and _LONGER_ABROAD.get(code, _FEWEST_ABROAD) <= len(digits) <= _MOST:
        return _without_prefix(f"+{digits}", code, prefix)
    if not prefix and len(digits) >= _FEWEST_NATIONAL:
        return f"+{code}{digits}"
    return digits


def _without_prefix(number: str, code: str, prefix: str) -> str:
    head = f"+{code}{prefix}"
    doubled = prefix.startswith("0") and code not in _KEEPS_ZERO and number.startswith(head)
    return f"+{code}{number.removeprefix(head)}" if doubled else number
