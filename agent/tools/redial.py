"""When whoever waits to be called back is called, and what becomes of a try. Pure: the time is told.

=====================================  ==============  ==========================================
what came of it                        a try           then
=====================================  ==============  ==========================================
busy, no_answer, failed, a machine     yes             again after `minutes`; given up after `tries`
declined, unknown, not_allowed, a fax  yes             given up
gave_way, called_off: it has rung      yes             as no_answer
gave_way, called_off, no_room          no              again in a minute; later, in 10
limit, unreachable                     no              again in 10 minutes
not_set_up                             no              the same, and never given up for it
=====================================  ==============  ==========================================

Whoever could not be called within LATEST of the first moment that was open is given up, too: so late nobody expects it;
and so is whoever a line was told to call MOST_ORDERS times. All of it only while it is open.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

import msgspec

from agent.listen.far_end import Far
from agent.reply.opening import Opening
from agent.tools.callback import End
from agent.tools.wall_time import moment_of, wall_of
from telephony.orders import Unreached

LATEST = timedelta(days=7)
SOON, LATER = timedelta(minutes=1), timedelta(minutes=10)
SOON_ORDERS, MOST_ORDERS = 10, 500
_HOPELESS = (Unreached.DECLINED, Unreached.UNKNOWN, Unreached.NOT_ALLOWED, Far.FAX)
_SOON = (Unreached.NO_ROOM, Unreached.GAVE_WAY, Unreached.CALLED_OFF)


class Standing(msgspec.Struct, frozen=True):
    """After a try that has not reached them: the tries so far, and when to call again; None: given up."""

    tries: int
    again: datetime | None


def after(
    end: End, tries: int, now: datetime, *, most: int, apart: timedelta, since: datetime, orders: int = 1
) -> Standing:
    """What becomes of one who could be called since `since`, had `tries` tries before this one, which ended now, and
    for whom `orders` were given, with this one."""
    tries += end.tried
    if end.why is Unreached.NOT_SET_UP:
        return Standing(tries, now + LATER)
    over = tries >= most or end.why in _HOPELESS if end.tried else now - since >= LATEST
    if over or orders >= MOST_ORDERS:
        return Standing(tries, None)
    soon = end.why in _SOON and orders <= SOON_ORDERS
    return Standing(tries, now + (apart if end.tried else SOON if soon else LATER))


def ready(due: datetime, now: datetime, opening: Opening | None, zone: tzinfo | None) -> bool:
    """Whether one who is due at `due` is called now: it is time, and open. `zone`: of the hours; None: this
    machine's."""
    return due <= now and (opening is None or opening.closes(wall_of(now, zone)) is not None)


def opened(due: datetime, now: datetime, opening: Opening | None, zone: tzinfo | None) -> datetime:
    """The first moment from `due` on at which it was open; `now` where it was not yet."""
    if opening is None or opening.closes(wall_of(due, zone)) is not None:
        return due
    wall = opening.opens(wall_of(due, zone))
    if wall is None:
        return now
    return min(now, moment_of(wall, zone))
