"""Who is at the far end of one call: the line's news and the caller's words, put together for the turn table.

::

    Tone, Music ────────────────────────┐
    Words, turns, gaps ─► FarSigns ─────┼─► Noticed, Returned, Beeped ─► table
    what the dialplan wants noticed ────┘
"""

from __future__ import annotations

from collections.abc import Iterable

from agent.dialplan.schema import FarEnd
from agent.listen.echo_text import repeats
from agent.listen.far_end import Far, FarSigns, greets, holds
from agent.reply.reply import Awaited
from agent.turn.moves import Beeped, Event, Noticed, Returned, Words
from agent.turn.state import Absence, State, Turn
from telephony.audio import samples
from telephony.messages import Music, Tone, ToneKind

LONGEST_TEXT = samples(60.0)  # that the bot says without a pause
_OVER_THE_BOT = -samples(60.0)  # no gap at all


def absence(plan: FarEnd) -> Absence:
    """What the turn table has to know of the dialplan."""
    machine = plan.machine
    return Absence(samples(plan.music.seconds), samples(machine.seconds), leaves=machine.say is not None)


class Company:
    """One call's; belongs to the event loop. Each method takes news and gives what the table is to be told; `now` is
    the call clock."""

    def __init__(self, plan: FarEnd) -> None:
        self._plan = plan
        self._signs = FarSigns()
        self._told = Far.PERSON  # by the signs
        self._music = False
        self._held = False  # there was music
        self._speaking = False  # the bot
        self._spoke_at: int | None = None  # and nobody has since

    def already(self, music: int | None, recorded: bool, now: int) -> Iterable[Event]:
        """What was known when this agent took the call: since when there is `music`, and whether a machine's beep is
        waited for."""
        if recorded:
            self._told = Far.MACHINE
            yield Noticed(now, Far.MACHINE, now)
        elif music is not None:
            self._music = self._held = True
            yield from self._sure(Far.MUSIC, music, now)

    def sounds(self, turn: Turn, news: Tone | Music, now: int) -> Iterable[Event]:
        """The line hears a tone, music, or no music any more, in `turn`."""
        match news:
            case Tone(kind=ToneKind.BEEP):
                yield Beeped(now)
                yield from self._decided(self._signs.beeped(), now)
            case Tone():
                yield from self._sure(Far.FAX, now, now)
            case Music(on=True, since=since):
                self._music = self._held = True
                yield from self._sure(Far.MUSIC, since, now)
            case Music():
                self._music = False
                if not holds(turn.said):
                    yield Returned(now)

    def words(self, turn: Turn, words: Words, bot: str) -> Iterable[Event]:
        """Words came in `turn`, which does not know them yet. `bot`: its own of the last LONGEST_TEXT, which come back
        while it speaks and then tell nothing."""
        if turn.audible and repeats(words.text, bot):
            return
        if not words.text or words.hearing != turn.hearing or turn.expects.awaited is Awaited.MESSAGE:
            return  # whoever dictates may tell of anything
        if self._held and turn.back and holds(words.text):
            yield from self._sure(Far.MUSIC, words.at, words.at)
        elif self._is_person(turn, words.text):
            yield Returned(words.at)
        yield from self._decided(self._signs.heard(words.text, held=self._held), words.at)

    def _is_person(self, turn: Turn, text: str) -> bool:
        """Whether somebody speaks who was not there: behind the music, or in a machine's place."""
        if turn.state is not State.AWAY:
            return False
        return greets(text) if turn.far is Far.MACHINE else not self._music and not holds(text)

    def said(self, text: str, now: int) -> Iterable[Event]:
        """A turn of the caller is over."""
        return self._decided(self._signs.said(text), now)

    def unsaid(self) -> None:
        """It was not."""
        self._signs.unsaid()

    def speaks(self) -> None:
        """The bot begins to be heard."""
        self._speaking = True

    def spoke(self, at: int) -> None:
        """It is through, since the call clock `at`."""
        self._speaking, self._spoke_at = False, at

    def voice(self, at: int, now: int) -> Iterable[Event]:
        """A voice began at the call clock `at`."""
        since, self._spoke_at = self._spoke_at, None
        if self._speaking:
            return self._decided(self._signs.answered(_OVER_THE_BOT), now)
        return self._decided(self._signs.answered(at - since), now) if since is not None else ()

    def _decided(self, far: Far, now: int) -> Iterable[Event]:
        if far in (Far.PERSON, self._told):
            return ()
        self._told = far
        return self._sure(far, now, now)

    def _sure(self, far: Far, since: int, now: int) -> Iterable[Event]:
        return (Noticed(now, far, since),) if self._plan.notices(far) else ()
