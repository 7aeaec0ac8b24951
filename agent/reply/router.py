"""What a turn is, in the order that decides it: nothing heard, hard stop, the open question, universal commands,
what the dialplan knows, small talk, and else nothing that this bot knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

import msgspec

from agent.dialplan.schema import Dialplan, Intent
from agent.engines.contract import Embedder, Read
from agent.reply.commands import CANCEL, Command, command_of, only_cancels, wants_person, wants_somebody, wants_through
from agent.reply.intents import Intents, Match
from agent.reply.knowledge import Knowledge
from agent.reply.lead_in import point_of
from agent.reply.once import Once
from agent.reply.relevance import Relevance, Weighed, limits
from agent.reply.smalltalk import COURTESIES, REACHED, WHO
from agent.reply.state import Open
from agent.reply.utterance import Utterance
from agent.reply.yes_no import approves, outright, yes_or_no


class Kind(StrEnum):
    """What a turn is."""

    UNHEARD = "unheard"
    COMMAND = "command"
    YES = "yes"  # to the open question
    NO = "no"
    AGREED = "agreed"  # yes, okay: to no question
    TOPIC = "topic"
    UNSURE = "unsure"  # perhaps a topic: ask back
    COURTESY = "courtesy"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """What led to a decision. `act`, `confirm` and `margin` are the dialplan's bands."""

    RULE = "rule"  # words that mean the same in every dialplan, or an answer to the open question: no score counts
    LISTED = "listed"  # word for word an example
    CLEAR = "clear"  # from `act` on, and ahead by the margin
    CLOSE = "close"  # from `act` on, but the next is closer than the margin
    MIDDLING = "middling"  # from `confirm` on
    LOW = "low"
    CANCEL = "cancel"  # that word alone, while nothing is going on: what can be cancelled is asked back about
    BESIDE = "beside"  # small talk is nearest, but not clearly: the best topic from `confirm` on is asked back about
    UNANSWERED = "unanswered"  # what the business does not answer is nearest
    DOUBTED = "doubted"  # the same, but a topic is close behind
    SURE = "sure"  # that it is what was asked for
    UNCOVERED = "uncovered"  # not sure
    ASKED_FIRST = "asked_first"  # as sure as may be, but this dialplan tells nothing that it has not asked about
    OVER = "over"  # a fact is nearest that is not so on that day: the best other topic from `confirm` on is asked about
    BESIDE_THE_POINT = "beside_the_point"  # nearly sure that nothing is


class Decision(msgspec.Struct, frozen=True):
    """A turn's kind; `name` is the topic, courtesy or command; `score` how well a topic fits; `matches` every topic
    that was weighed for it, best first; `weighed`: whether it answers what was asked; `second`: what may be meant
    where a topic is asked back about and is not."""

    kind: Kind
    name: str = ""
    score: float = 1.0
    why: Why = Why.RULE
    matches: tuple[Match, ...] = ()
    weighed: Weighed | None = None
    second: str = ""


_YES_NO = (Open.CONFIRM, Open.OFFER, Open.ANYTHING_ELSE, Open.STILL_THERE, Open.LEAVING, Open.UNSAID)
_LEAD = ("yes", "yeah", "yep", "sure", "okay", "ok", "no", "nope", "not", "really", "well", "and", "but", "i'm", "here")
_GOES_ON = ("okay", "ok", "well", "and", "but", "really", "i'm", "here")  # no yes: "okay, I need to come in tomorrow"
_SHORT = 4  # words of an answer that says yes or no and nothing else
_FIRST = (Command.STOP, Command.WAIT, Command.REPEAT, Command.HERE, Command.LATER)  # these are no answers
UNANSWERED = "<unanswered>"  # the topic of what the business knows that it does not answer
DOUBT = 0.1  # a topic that is this close behind is asked back about
_UNANSWERED = (Why.UNANSWERED, Why.DOUBTED)
_NONE = frozenset[str]()
_BARE = 2  # words of a "yes" or "okay" to no question


class Router:
    """Decides for one dialplan. Pure but for the embedder."""

    def __init__(self, plan: Dialplan, knowledge: Knowledge, embedder: Embedder) -> None:
        self.bands = plan.router
        self._knowledge = knowledge
        self._courtesies = {_tag(courtesy.name): courtesy.name for courtesy in COURTESIES}
        examples = {**knowledge.examples, **{_tag(courtesy.name): courtesy.examples for courtesy in COURTESIES}}
        examples[_tag(WHO.name)] += tuple(asked.format(plan.name) for asked in REACHED)
        if plan.unanswered:
            examples[UNANSWERED] = plan.unanswered
        self._verbatim = {
            Utterance(said).text: name
            for listed in (examples, knowledge.examples)  # the dialplan's own words outdo those of small talk
            for name, spoken in listed.items()
            for said in spoken
        }
        self._states = knowledge.states
        # What may bring a person, too; where nobody is named for who asks for one, any topic is better than that.
        self._people = frozenset(
            topic.name
            for topic in plan.topics
            if plan.operator is None or (isinstance(topic, Intent) and (topic.flow or topic.transfer or topic.menu))
        )
        self._embedder = embedder
        once = Once(embedder)
        self._intents = Intents(examples, once)
        careful = plan.router.careful and embedder.model == limits().embedder and bool(knowledge.asked)
        self._relevance = Relevance(knowledge.asked, once) if careful else None

    def nearest(self, said: Utterance) -> list[Match]:
        """Every topic, best first, whatever the turn is; UNANSWERED and kinds of small talk are in angle brackets."""
        return self._intents.matches(self._embedder.embed([point_of(said)])[0])

    def ranked(self, said: Utterance) -> list[str]:
        """The topics in the order in which they come to be acted on or asked back about, whatever the turn is: those
        that are weighed against the words, the surest first, then the others by score. Raises EmbeddingError."""
        point = point_of(said)
        read = self._embedder.read([point])[0]
        scores = self._intents.scores(read.whole)
        by_score = {one.topic: one.score for one in scores.matches if not one.topic.startswith("<")}
        weighed = () if self._relevance is None else self._relevance.weigh(read, point, scores)
        sure = [one.topic for one in weighed if by_score[one.topic] >= self.bands.confirm]
        return list(dict.fromkeys([*sure, *by_score]))

    def without(self, topic: str, example: str) -> Decision:
        """What an example of a topic that has others would be, had it not been written. Raises EmbeddingError."""
        said = Utterance(example)
        command = command_of(said)
        if command is not None:
            return Decision(Kind.COMMAND, command)
        point = point_of(said)
        if point != said.text and point in self._verbatim:
            return self._listed(self._verbatim[point])
        return self._decided(self._embedder.read([point])[0], point, but=(topic, example))

    def decide(
        self, said: Utterance, open_question: Open = Open.NONE, topic: str = "", today: date | None = None
    ) -> Decision:
        """What the turn is. `topic`: what was asked back about when `open_question` is CONFIRM; `today`: facts that are
        not so on that day are not known, None: all are."""
        over = self._knowledge.over(today) if today is not None else _NONE
        if said.empty:
            return Decision(Kind.UNHEARD)
        command = command_of(said)
        first = _leaving(said, command, open_question, topic) or self._at_once(said, command, open_question, over)
        if first is not None:
            return first
        if open_question in _YES_NO and wants_person(rest := said.without(*_LEAD)):  # "no, can I talk to somebody"
            return self._known(rest, "", over)
        answer = self._answer(said, command, open_question, topic, over) if open_question in _YES_NO else None
        if answer is not None or command is not None:
            return answer or Decision(Kind.COMMAND, str(command))
        if len(said.words) <= _BARE and outright(said) is not None:
            return Decision(Kind.AGREED)
        return self._known(said, topic if open_question is Open.CONFIRM else "", over)

    def _at_once(
        self, said: Utterance, command: Command | None, open_question: Open, over: frozenset[str]
    ) -> Decision | None:
        """What is no answer, whatever is open."""
        if command not in _FIRST:
            return None
        nothing_is_open = open_question is Open.NONE and only_cancels(said)
        return self._cancelled(said, over) if nothing_is_open else Decision(Kind.COMMAND, str(command))

    def _cancelled(self, said: Utterance, over: frozenset[str]) -> Decision:
        """ "Cancel" while nothing is asked: a topic that is listed for it, or asked back about where one is clearly
        near, such as that of cancelling appointments; else the command."""
        listed = self._verbatim.get(said.text, self._verbatim.get(CANCEL))
        if listed is not None and listed not in over:
            return self._listed(listed)
        matches = tuple(self._intents.matches(self._embedder.embed([CANCEL])[0]))
        best = self._weighed(matches, "")
        if best.kind is not Kind.TOPIC or best.name in self._states:
            return Decision(Kind.COMMAND, Command.STOP)
        return Decision(Kind.UNSURE, best.name, best.score, Why.CANCEL, matches)

    def _answer(
        self, said: Utterance, command: Command | None, open_question: Open, topic: str, over: frozenset[str]
    ) -> Decision | None:
        """The answer to a yes/no question, unless the turn is something else."""
        answer = yes_or_no(said)
        bare = len(said.words) <= _SHORT
        rest = said.without(*_LEAD)
        led = len(rest.words) < len(said.words)
        if answer is None or not (bare or led):
            return None
        if answer and open_question in (Open.CONFIRM, Open.OFFER, Open.LEAVING, Open.UNSAID):
            rather = self._known(rest, topic, over) if not bare and said.words[0] in _GOES_ON else None
            other = rather is not None and rather.kind in (Kind.TOPIC, Kind.UNSURE) and rather.name != topic
            return rather if rather is not None and other else Decision(Kind.YES, topic)
        if len(rest.words) > 1 and command is None:  # "no, how much is a tune up"
            known = self._known(rest, topic, over)
            if known.kind is Kind.TOPIC and known.name != topic:
                return known
        return Decision(Kind.YES if answer else Kind.NO, topic)

    def _known(self, said: Utterance, asked: str, over: frozenset[str]) -> Decision:
        """A topic, a courtesy or neither. `asked`: the topic that was just asked back about; naming it again is
        a yes. `over`: facts that are not so."""
        point = point_of(said)
        verbatim = self._verbatim.get(said.text, self._verbatim.get(point))
        if verbatim is not None:  # what the admin wrote holds, however near it is to something else
            return self._listed(verbatim) if verbatim not in over else Decision(Kind.UNKNOWN, verbatim, why=Why.OVER)
        decision = self._decided(self._embedder.read([point])[0], point, asked=asked, over=over)
        brings = decision.kind is Kind.TOPIC and decision.name in self._people
        nobody = decision.kind in (Kind.COURTESY, Kind.UNKNOWN) and wants_somebody(said)
        person = wants_person(said) or (not asked and wants_through(said))
        if nobody or (person and not brings):
            return Decision(Kind.COMMAND, Command.PERSON)
        return decision

    def _decided(
        self,
        read: Read,
        point: str,
        *,
        asked: str = "",
        but: tuple[str, str] = ("", ""),
        over: frozenset[str] = _NONE,
    ) -> Decision:
        """By the scores, and by what they are held against. `but`: a topic's example that counts as not written."""
        scores = self._intents.scores(read.whole, but[1])
        found = scores.matches
        matches = [match for match in found if match.topic not in over]
        if found[0].topic in over:
            return msgspec.structs.replace(self._instead(found[0], matches), matches=tuple(found))
        decision = self._weighed(matches, asked)
        if self._relevance is not None and decision.kind is not Kind.COURTESY and decision.why not in _UNANSWERED:
            near = {match.topic for match in matches if match.score >= self.bands.confirm}
            sure = self._relevance.weigh(read, point, msgspec.structs.replace(scores, matches=matches), but)
            ranked = [one for one in sure if one.topic in near]
            if ranked:
                decision = self._held_against(decision, ranked[0], self._relevance.limit(ranked[0].topic), asked)
                decision = _with_second(decision, ranked)
        tells = decision.kind is Kind.TOPIC and decision.name in self._states and decision.name != asked
        if tells and self.bands.asks_first:
            decision = msgspec.structs.replace(decision, kind=Kind.UNSURE, why=Why.ASKED_FIRST)
        score = next((match.score for match in matches if match.topic == decision.name), decision.score)
        return msgspec.structs.replace(decision, score=score, matches=tuple(matches))

    def _instead(self, over: Match, matches: Sequence[Match]) -> Decision:
        """Where what is nearest is not so any more, or not yet. `matches`: those of what is."""
        rival = next(match for match in matches if match.topic not in (*self._courtesies, UNANSWERED))
        if rival.score < self.bands.confirm:
            return Decision(Kind.UNKNOWN, over.topic, rival.score, Why.OVER)
        return Decision(Kind.UNSURE, rival.topic, rival.score, Why.OVER)

    def _weighed(self, matches: Sequence[Match], asked: str) -> Decision:
        best, second = matches[0], matches[1] if len(matches) > 1 else Match("", -1.0)
        courtesy = self._courtesies.get(best.topic)
        why = self._why(best, second)
        if courtesy is not None:
            if why is Why.CLEAR:
                return Decision(Kind.COURTESY, courtesy, best.score, why)
            best = next(match for match in matches if match.topic not in self._courtesies)
            why = Why.BESIDE if best.score >= self.bands.confirm else Why.LOW
        if best.topic == UNANSWERED:
            rival = next(match for match in matches if match.topic not in (*self._courtesies, UNANSWERED))
            if best.score - rival.score > DOUBT or rival.score < self.bands.confirm:
                return Decision(Kind.UNKNOWN, score=rival.score, why=Why.UNANSWERED)
            best, why = rival, Why.DOUBTED
        if why is Why.CLEAR or (why is not Why.LOW and best.topic == asked):
            return Decision(Kind.TOPIC, best.topic, best.score, why)
        return Decision(Kind.UNKNOWN if why is Why.LOW else Kind.UNSURE, best.topic, best.score, why)

    def _held_against(self, decision: Decision, best: Weighed, limit: float, asked: str) -> Decision:
        """The decision by the scores, as far as the topic answers what was asked. What begins something asks before it
        does, so it may be acted on by its score, too."""
        begins = decision.name and decision.name not in self._states
        if begins and decision.kind is Kind.TOPIC and (best.sure < limit or best.topic == decision.name):
            return decision
        if best.sure >= limit or (best.topic == asked and best.sure >= limits().asked_back):
            return Decision(Kind.TOPIC, best.topic, why=Why.SURE, weighed=best)
        if best.sure >= limits().asked_back:
            return Decision(Kind.UNSURE, best.topic, why=Why.UNCOVERED, weighed=best)
        if begins and decision.kind is Kind.UNSURE:
            return decision
        return Decision(Kind.UNKNOWN, best.topic, why=Why.BESIDE_THE_POINT, weighed=best)

    def _listed(self, topic: str) -> Decision:
        """The words are, one for one, an example of a topic or tag."""
        if topic == UNANSWERED:
            return Decision(Kind.UNKNOWN, score=0.0, why=Why.LISTED)
        courtesy = self._courtesies.get(topic)
        kind = Kind.TOPIC if courtesy is None else Kind.COURTESY
        return Decision(kind, courtesy or topic, why=Why.LISTED)

    def _why(self, best: Match, second: Match) -> Why:
        if best.score < self.bands.confirm:
            return Why.LOW
        if best.score < self.bands.act:
            return Why.MIDDLING
        return Why.CLEAR if best.score - second.score >= self.bands.margin else Why.CLOSE


def _with_second(decision: Decision, ranked: Sequence[Weighed]) -> Decision:
    """The decision with what is likeliest beside its topic. `ranked`: the surest first."""
    others = (one.topic for one in ranked if one.topic != decision.name and one.sure >= limits().asked_next)
    return msgspec.structs.replace(decision, second=next(others, ""))


def _leaving(said: Utterance, command: Command | None, open_question: Open, topic: str) -> Decision | None:
    """What is no yes or no elsewhere, to whether there is anything else, and to whether the caller takes leave."""
    if open_question is Open.ANYTHING_ELSE:
        if command in (Command.GOODBYE, Command.THANKS, Command.LATER):
            return Decision(Kind.NO)
        return Decision(Kind.AGREED) if approves(said) else None
    leaves = command is Command.LATER or (command is Command.GOODBYE and yes_or_no(said) is not False)
    return Decision(Kind.YES, topic) if open_question is Open.LEAVING and leaves else None


def _tag(courtesy: str) -> str:
    """A courtesy's name among the topics: no dialplan can have one like it."""
    return f"<{courtesy}>"
