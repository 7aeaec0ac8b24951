"""What the caller of a test by voice says to a bot that is not sure of what it heard: as people do, who are asked
whether they were understood right.
"""

from __future__ import annotations

from agent.dialplan.schema import Cue, Dialplan
from agent.listen.wording import listed
from agent.reply.reply import Reply, Route
from agent.reply.utterance import Utterance

YES = "yes"
_BESIDE = listed("a the of to in on at")
_RIGHT = 0.5  # of the words of a value, for being the one that was said


def answer(plan: Dialplan, cue: Cue, came: Reply | None) -> str | None:
    """The words to `came`, which is not what the cue wants: the cue's own once more, a yes, or None for none, since the
    bot asks nothing back or asks back about something else."""
    if came is None or cue.caller is None or cue.route in (Route.CONFIRM, Route.FALLBACK):
        return None
    if plan.no_match.unheard in came.text:
        return cue.caller
    if came.route is Route.CONFIRM:
        return YES if cue.topic in (None, came.name) else None
    value, asked, _ = came.text.partition(plan.asking.right)
    return YES if asked and _meant(value, cue) else None


def _meant(value: str, cue: Cue) -> bool:
    """Whether a value that is read back is the one that the caller wants, by most of its words."""
    known = (cue.caller or "", *cue.says, *cue.given.values(), (cue.transfer or "").replace("_", " "))
    read, said = set(Utterance(value).words) - _BESIDE, set(Utterance(" ".join(known)).words)
    return sum(word in said for word in read) >= _RIGHT * len(read) > 0
