"""The time on the wall of a business and the moment that it is. `zone`: its time zone; None: this machine's."""

from __future__ import annotations

from datetime import datetime, tzinfo


def wall_of(moment: datetime, zone: tzinfo | None) -> datetime:
    """What the clock shows at a moment, without an offset."""
    return moment.astimezone(zone).replace(tzinfo=None)


def moment_of(wall: datetime, zone: tzinfo | None) -> datetime:
    """When the clock shows that."""
    return wall.replace(tzinfo=zone) if zone is not None else wall.astimezone()
