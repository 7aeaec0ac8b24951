"""Each digit once, whatever way and however often it was signalled.

RFC 4733 sends one key press as 5 to 50 packets that share the RTP timestamp of its start; the stack reports its start,
updates and end, and may miss any of them. SIP INFO reports a press once. Some gateways send both.
"""

from __future__ import annotations

from enum import StrEnum

VALID = frozenset("0123456789*#ABCD")
OTHER_WAY_SAMPLES = 8_000  # the same digit by the other method within 500 ms is the same press


class Method(StrEnum):
    RFC4733 = "rfc4733"
    INFO = "info"


class DigitGate:
    """Decides whether a signalled digit is a new key press."""

    def __init__(self) -> None:
        self._key: tuple[str, int] | None = None
        self._last: tuple[Method, str, int] | None = None

    def press(self, method: Method, digit: str, key: int, at: int) -> str | None:
        """The digit when this is a new press, else None.

        `key` identifies an RFC 4733 press (timestamp of its start); `at` is the call clock.
        """
        digit = digit.upper()
        if digit not in VALID:
            return None
        if method is Method.RFC4733:
            if self._key == (digit, key):
                return None
            self._key = (digit, key)
        if self._last is not None:
            last_method, last_digit, last_at = self._last
            if last_method is not method and last_digit == digit and at - last_at <= OTHER_WAY_SAMPLES:
                self._last = None  # one press of each method makes a pair; a third is a new press
                return None
        self._last = (method, digit, at)
        return digit
