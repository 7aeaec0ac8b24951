"""How the router takes a turn at the begin of a call, in an admin's words: what was left out, what was decided, and
which scores and bands led to it. Decides nothing itself.
"""

from __future__ import annotations

from datetime import date

import msgspec

from agent.reply.inquiry import Inquiry
from agent.reply.intents import Match
from agent.reply.lead_in import point_of
from agent.reply.relevance import Weighed
from agent.reply.router import DOUBT, UNANSWERED, Decision, Kind, Router, Why
from agent.reply.utterance import Utterance

NEAREST = 5  # topics that are shown
_ASKED_FOR = {
    Inquiry.WHY: "a reason",
    Inquiry.WHO: "a person",
    Inquiry.PRICE: "a price",
    Inquiry.DURATION: "how long",
    Inquiry.FREQUENCY: "how often",
    Inquiry.COUNT: "how many",
    Inquiry.TIME: "a time",
    Inquiry.PLACE: "a place",
    Inquiry.DEGREE: "a measure",
}
_DECIDED = {Kind.TOPIC: "answer", Kind.UNSURE: "ask back", Kind.COURTESY: "small talk", Kind.UNKNOWN: "fallback"}


class Explanation(msgspec.Struct, frozen=True):
    """A turn as it was taken. `left_out` goes before the point or is a filler; `weighed` is what was matched."""

    left_out: tuple[str, ...]
    weighed: str
    decided: str  # the decision, with the topic and the score that it was made by
    why: str
    nearest: tuple[Match, ...]  # best first, also where no score counted; none where no word was heard


def explained(router: Router, said: str, today: date | None = None) -> Explanation:
    """What the router makes of `said` when no question is open, on that day. Raises EmbeddingError."""
    utterance = Utterance(said)
    decision = router.decide(utterance, today=today)
    nearest = () if utterance.empty else decision.matches or tuple(router.nearest(utterance))
    point = point_of(utterance)
    lead = utterance.text.removesuffix(point).strip()
    fillers = (word for word in utterance.raw if word not in utterance.words)
    return Explanation(
        left_out=tuple(dict.fromkeys(filter(None, (lead, *fillers)))),
        weighed=point,
        decided=_decided(decision),
        why=_why(decision, router),
        nearest=nearest[:NEAREST],
    )


def _decided(decision: Decision) -> str:
    what = _DECIDED.get(decision.kind, decision.kind.value)
    named = f"{what} {decision.name}" if decision.name and decision.kind is not Kind.UNKNOWN else what
    return f"{named}, {decision.score:.2f}" if decision.matches else named


def _why(decision: Decision, router: Router) -> str:
    match decision.why:
        case Why.RULE | Why.CANCEL:
            return _rule(decision)
        case Why.LISTED:
            return _listed(decision)
        case Why.UNANSWERED | Why.DOUBTED:
            return _unanswered(decision, router)
        case Why.OVER:
            return _over(decision, router)
        case Why.SURE | Why.UNCOVERED | Why.ASKED_FIRST | Why.BESIDE_THE_POINT:
            return _held_against(decision)
        case _:
            return _banded(decision, router)


def _rule(decision: Decision) -> str:
    kind = decision.kind
    if decision.why is Why.CANCEL:
        return f'nothing is going on that this could stop, and "{decision.name}" is nearest: the bot asks back'
    if kind is Kind.UNHEARD:
        return "there is no word in it, or none but what noise sounds like"
    if kind is Kind.AGREED:
        return "it is a bare yes, okay or no, and no question is open"
    return "these words mean this in every dialplan, so no score counts"


def _listed(decision: Decision) -> str:
    where = f'an example of "{decision.name}"' if decision.name else 'listed under "unanswered"'
    return f"it is {where}, word for word, so no score counts"


def _unanswered(decision: Decision, router: Router) -> str:
    """What the business does not answer is nearest."""
    listed = next(match.score for match in decision.matches if match.topic == UNANSWERED)
    lead = f'what is under "unanswered" is nearest ({listed:.2f})'
    if decision.why is Why.DOUBTED:
        behind = _against(listed - decision.score, DOUBT)
        return f'{lead}, but "{decision.name}" is only {behind} behind: the bot asks back'
    confirm = router.bands.confirm
    return f"{lead}, and no topic from {confirm:.2f} on is within {DOUBT:.2f} of it: the bot does not know"


def _over(decision: Decision, router: Router) -> str:
    """What is nearest is a fact with days on which it is so, and this is none."""
    nearest = decision.matches[0].topic if decision.matches else decision.name
    confirm = f'{router.bands.confirm:.2f} ("confirm")'
    lead = f'"{nearest}" is nearest, but today it is not so ("from", "until")'
    if decision.kind is Kind.UNSURE:
        return f"{lead}, and {_against(decision.score, router.bands.confirm)} is not below {confirm}: the bot asks back"
    return f"{lead}, and no other topic has {confirm}: the bot does not know"


def _held_against(decision: Decision) -> str:
    """How sure it is that the topic is what was asked for."""
    if decision.why is Why.ASKED_FIRST:
        return f'"{decision.name}" is what is asked for, but this file has "asks_first: on": the bot asks back'
    if decision.weighed is None:
        raise ValueError(f"{decision.why} without what was weighed")
    sure = f'"{decision.name}" is what is asked for by {decision.weighed.sure:.0%}'
    if decision.why is Why.SURE:
        return f"{sure}: the bot answers"
    missing = _missing(decision.weighed)
    if decision.why is Why.UNCOVERED:
        return f"{sure}, and {missing}: the bot asks back"
    return f"no topic is likely; {sure}, and {missing}: the bot does not know"


def _missing(weighed: Weighed) -> str:
    """What of the question nothing in the topic answers."""
    word = f'nothing there surely answers "{weighed.uncovered}"' if weighed.uncovered else "it may not be what is asked"
    untold = _ASKED_FOR.get(weighed.untold) if weighed.untold is not None else None
    return f"{word}, and it tells nothing of {untold}" if untold else word


def _banded(decision: Decision, router: Router) -> str:
    bands, score = router.bands, decision.score
    best, second = decision.matches[:2]
    ahead = _against(best.score - second.score, bands.margin)
    acts = f'{_against(score, bands.act)} is not below {bands.act:.2f} ("act")'
    confirms = f'{_against(score, bands.confirm)} is not below {bands.confirm:.2f} ("confirm")'
    match decision.why:
        case Why.CLEAR:
            return f'{acts}, and the next, "{second.topic}", is {ahead} behind: the bot answers'
        case Why.CLOSE:
            return (
                f'{acts}, but "{second.topic}" is only {ahead} behind, less than {bands.margin:.2f} ("margin"): '
                "the bot asks back"
            )
        case Why.BESIDE:
            return (
                f'small talk is nearest ("{best.topic}", {best.score:.2f}), but not clearly; of the topics '
                f'"{decision.name}" is, and {confirms}: the bot asks back'
            )
        case Why.LOW:
            return f'{_against(score, bands.confirm)} is below {bands.confirm:.2f} ("confirm"): the bot does not know'
        case _:
            return f'{confirms}, but {_against(score, bands.act)} is below {bands.act:.2f} ("act"): the bot asks back'


def _against(score: float, limit: float) -> str:
    """A score with two decimals; with three where two would make it the limit that it is compared with."""
    return f"{score:.2f}" if f"{score:.2f}" != f"{limit:.2f}" else f"{score:.3f}"
