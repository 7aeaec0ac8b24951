"""When whoever waits to be called back is called, and what becomes of a try. Pure: the time is told.

=====================================  ==============  ==========================================
what came of it                        a try           then
=====================================  ==============  ==========================================
busy, no_answer, declined, failed      yes             again after `minutes`; given up after `tries`
unknown, not_allowed                   yes             given up
limit                                  no              again in 10 minutes
no_room, gave_way, called_off          no              again in a minute
=====================================  ==============  ==========================================

Whoever could not be called within LATEST is given up, too: so late nobody expects it. All of it only while it is open.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

import msgspec

from agent.reply.opening import Opening
from telephony.orders import Unreached

LATEST = timedelta(days=7)
SOON, LATER = timedelta(minutes=1), timedelta(minutes=10)
_HOPELESS = (Unreached.UNKNOWN, Unreached.NOT_ALLOWED)


class Standing(msgspec.Struct, frozen=True):
    """After a try that has not reached them: the tries so far, and when to call again; None: given up."""

    tries: int
    again: datetime | None


def after(why: Unreached, tries: int, now: datetime, *, most: int, apart: timedelta, due: datetime) -> Standing:
    """What becomes of one who was due at `due` and had `tries` tries before this one, which ended now."""
    tries += why.tried
    over = tries >= most or why in _HOPELESS if why.tried else now - due >= LATEST
    if over:
        return Standing(tries, None)
    wait = apart if why.tried else LATER if why is Unreached.LIMIT else SOON
    return Standing(tries, now + wait)


def ready(due: datetime, now: datetime, opening: Opening | None, zone: tzinfo | None) -> bool:
    """Whether one who is due at `due` is called now: it is time, and open. `zone`: of the hours; None: this
    machine's."""
    return due <= now and (opening is None or opening.closes(now.astimezone(zone).replace(tzinfo=None)) is not None)
