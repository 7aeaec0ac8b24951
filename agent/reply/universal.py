"""What callers may say to any bot at any time, answered: "repeat that", "thank you", "are you there", "okay"."""

from __future__ import annotations

from collections.abc import Callable

from agent.reply.commands import Command
from agent.reply.reply import Part, Reply, Route, StockPart
from agent.reply.state import Open, Said
from agent.reply.talk import Talk
from agent.reply.unsaid import Unsaid
from agent.reply.utterance import Utterance
from agent.reply.yes_no import yes_or_no

QUESTIONS = (Open.CONFIRM, Open.OFFER, Open.ANYTHING_ELSE, Open.LEAVING, Open.UNSAID, Open.EMERGENCY)


class Universal:
    """Of one call. `topic` tells a topic by its name, `person` brings one, `leave` takes leave where the words are
    sure."""

    def __init__(
        self,
        talk: Talk,
        unsaid: Unsaid,
        topic: Callable[[str], Reply],
        person: Callable[[], Reply],
        leave: Callable[[bool], Reply],
    ) -> None:
        self._talk = talk
        self._unsaid = unsaid
        self._topic = topic
        self._person = person
        self._leave = leave

    def answer(self, command: Command | None, sure: bool) -> Reply:
        """The answer to a command; None is a caller who asks for the floor."""
        talk, phrases = self._talk, self._talk.plan.phrases
        replies: dict[Command | None, Callable[[], Reply]] = {
            None: lambda: talk.say(Route.COMMAND, [StockPart(phrases.go_ahead)]),
            Command.STOP: self._stop,
            Command.WAIT: lambda: talk.aside(Route.COMMAND, [StockPart(phrases.take_your_time)]),
            Command.REPEAT: self.repeat,
            Command.HELP: lambda: talk.say(Route.COMMAND, [StockPart(self._talk.plan.no_match.offer)]),
            Command.PERSON: self._person,
            Command.THANKS: lambda: self._all_said(StockPart(phrases.welcome)),
            Command.HERE: self._here,
            Command.UNDERSTOOD: self._go_on,
            Command.GO_ON: self._rest,
            Command.GOODBYE: lambda: self._leave(sure),
            Command.LATER: self._later,
        }
        return replies[command]()

    def agreed(self, said: Utterance) -> Reply:
        """A yes, an okay or a no to no question."""
        if yes_or_no(said) is False:
            self._unsaid.forget()
        elif self._talk.state.last[-1:] == (Said(self._talk.plan.no_match.offer, stock=True),):
            return self._talk.aside(Route.COMMAND, self._talk.again()[-1:])  # "which would you like?" is not answered
        return self._go_on()

    def repeat(self) -> Reply:
        """The last reply once more."""
        if not self._talk.state.last:
            return self._talk.aside(Route.COMMAND, [StockPart(self._talk.plan.phrases.nothing_said)])
        return self._talk.aside(Route.COMMAND, self._talk.again(), key=self._talk.state.last_key)

    def _rest(self) -> Reply:
        """The caller lets the bot go on."""
        return self._topic(self._unsaid.next) if self._unsaid.next else self.repeat()

    def _all_said(self, *lead: Part) -> Reply:
        """Nothing is asked any more: what was left unsaid is offered, or anything else."""
        return self._unsaid.offer(Route.COMMAND, *lead) or self._talk.anything_else(Route.COMMAND, *lead)

    def _stop(self) -> Reply:
        """The caller protests: what they did not hear they don't want to."""
        self._unsaid.forget()
        phrases = self._talk.plan.phrases
        return self._talk.say(Route.COMMAND, [StockPart(phrases.stopped), StockPart(phrases.help)])

    def _later(self) -> Reply:
        """The caller will call again. Who was misheard, and wants to be called, can still say so."""
        self._unsaid.forget()
        return self._talk.anything_else(Route.COMMAND, StockPart(self._talk.plan.phrases.stopped))

    def _go_on(self) -> Reply:
        """The caller agrees and asks nothing."""
        if self._talk.state.unsaid:
            return self._rest()
        if self._talk.state.last[:1] == (Said(self._talk.plan.greeting, stock=True),):
            return self._talk.say(Route.COMMAND, [StockPart(self._talk.plan.phrases.help)])
        return self._all_said()

    def _here(self) -> Reply:
        """The caller doubts that anybody is there: the open question once more, or an offer to help."""
        here = StockPart(self._talk.plan.phrases.here)
        if self._talk.state.open in QUESTIONS:
            return self._talk.aside(Route.COMMAND, [here, *self._talk.again()[-1:]])
        return self._talk.say(Route.COMMAND, [here, StockPart(self._talk.plan.phrases.help)])
