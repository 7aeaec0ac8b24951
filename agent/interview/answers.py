"""What an admin answered in the interview."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

Week = Mapping[str, tuple[str, ...]]  # weekday -> "9:00-12:00", "13:00-17:00"
Holidays = Mapping[str, str]  # "12-25", or "2026-12-25" for that year alone -> its name, "" for none


class Answers(msgspec.Struct, frozen=True):
    """All of them, each as it stands in the file. One with a name alone makes a whole dialplan."""

    name: str
    numbers: tuple[str, ...] = ("*",)
    open: Week = {}  # empty: the bot does not know when
    holidays: Holidays = {}  # on which it is closed
    zone: str = ""  # "": this machine's
    topics: Mapping[str, str] = {}  # a topic of `agent.interview.pieces` -> what the bot says
    messages: bool = True
    person: str = ""  # a number or SIP URI; "": nobody
    appointments: Week = {}  # when they can be; empty: none are made

    @property
    def empty(self) -> bool:
        """Whether a bot of these would know nothing to talk about."""
        return not (self.open or self.topics or self.messages or self.appointments)
