"""The number table of several dialplans: which of them a called number is for."""

from __future__ import annotations

from collections.abc import Sequence

from agent.dialplan.schema import Dialplan


def numbers_of(names: Sequence[str], plans: Sequence[Dialplan]) -> dict[str, str]:
    """Called number -> name of the dialplan, for plans whose numbers differ. `names` and `plans` go together."""
    return {number: name for name, one in zip(names, plans, strict=True) for number in one.numbers}
