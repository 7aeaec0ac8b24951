"""The time on the wall of a business and the moment that it is. `zone`: its time zone; None: this machine's."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo


def wall_of(moment: datetime, zone: tzinfo | None) -> datetime:
    """What the clock shows at a moment, without an offset."""
    return moment.astimezone(zone).replace(tzinfo=None)


def moment_of(wall: datetime, zone: tzinfo | None) -> datetime:
    """When the clock shows that."""
    return wall.replace(tzinfo=zone) if zone is not None else wall.astimezone()


def next_moment_of(wall: datetime, zone: tzinfo | None, now: datetime) -> datetime:
    """When the clock shows that after `now`, or has shown it. In the night in which it is set back it does so twice."""
    first, second = (moment_of(wall.replace(fold=fold), zone) for fold in (0, 1))
    return second if first.astimezone(UTC) <= now < second.astimezone(UTC) else first
