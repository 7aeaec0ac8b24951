"""A call whose caller is typed: each line is spoken by the local voice over SIP, and what the bot made of it is shown.

::

    line ─► voice ─► RTP ─► line process ─► agent ─► live events ─► "heard", "bot [intent hours, 231 ms]: …"
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress

from agent.bench.ears import CallerVoice
from agent.live import BotLine, CallEnded, CallerLine, Fault, Live, Loading, Waterfall
from agent.reply.utterance import Utterance
from telephony.errors import CallFailed
from telephony.testing.call import Call

QUIT = ":quit"
_KEY = ":key"
_KEYS = "0123456789*#"
_REPLY_S = 15.0
_QUIET_MS = 900.0
_LONGEST_REPLY_S = 60.0
_HUNG_UP = "the bot has hung up"
_KNOWN = f"{_KEY} 1 (or another of 0 to 9, * and #) and {QUIT} are known; to say nothing, wait"

Tell = Callable[[str], None]


class Shown:
    """The live events of one call, as lines: what the recogniser heard, where that is not what was said; what the bot
    said, with how long after the caller's last sound it was heard."""

    def __init__(self, tell: Tell) -> None:
        self.said = ""  # what the caller says
        self.ended = asyncio.Event()
        self._tell = tell
        self._how = ""
        self._audible = ""

    def show(self, event: Live) -> None:
        """Take an event of the agent."""
        match event:
            case Loading(what=what, done=done, total=total) if done == total:
                self._tell(f"loaded {what}")
            case CallerLine(final=True, text=text) if Utterance(text).raw != Utterance(self.said).raw:
                self._tell(f"heard: {text or '(no word)'}")
            case Waterfall(audible=audible):
                self._audible = f", {audible:.0f} ms"
            case BotLine(final=False, route=route, name=name):
                self._how = f"{route} {name}".strip()
            case BotLine():
                self._bot(event)
            case Fault(text=text):
                self._tell(text)
            case CallEnded():
                self.ended.set()

    def _bot(self, line: BotLine) -> None:
        cut = " …(interrupted)" if line.interrupted else ""
        self._tell(f"bot [{self._how}{self._audible}]: {line.text}{cut}")
        self._how = self._audible = ""


class TypedCall:
    """One answered call."""

    def __init__(
        self, call: Call, voice: CallerVoice, shown: Shown, tell: Tell, reply_within: float = _REPLY_S
    ) -> None:
        self._call = call
        self._voice = voice
        self._reply_within = reply_within  # s
        self._shown = shown
        self._tell = tell

    async def greeted(self) -> None:
        """Until the greeting is over."""
        await self._listen()

    async def take(self, typed: str) -> bool:
        """Do what a line says, and wait for what the bot says to it; whether the call goes on. Raises VoiceError."""
        words = typed.strip()
        if words == QUIT:
            return False
        if mistakes := list(_mistakes(words)):
            self._tell(mistakes[0])
            return True
        try:
            await self._do(words)
        except CallFailed:  # while the line was typed
            self._tell(_HUNG_UP)
            return False
        await self._listen()
        return not self._call.over

    async def over(self) -> None:
        """Hang up, unless the bot has, and wait until the agent knows."""
        await self._call.hang_up()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._shown.ended.wait(), 3.0)

    async def _do(self, words: str) -> None:
        if words.startswith(_KEY):
            await self._call.dtmf(words.removeprefix(_KEY).strip())
            return
        self._shown.said = words
        await self._call.play(await self._voice.say(words))

    async def _listen(self) -> None:
        try:
            await self._call.bot_speaks(self._reply_within)
            await self._call.bot_quiet(_QUIET_MS, _LONGEST_REPLY_S)
        except TimeoutError:
            self._tell("bot: (says nothing)")
        except CallFailed:
            self._tell(_HUNG_UP)


def _mistakes(words: str) -> Iterator[str]:
    """What is wrong with a line."""
    if words.startswith(":"):
        command, _, key = words.partition(" ")
        if command != _KEY or len(key.strip()) != 1 or key.strip() not in _KEYS:
            yield f'"{words}" is not known; {_KNOWN}'
    elif not any(char.isalnum() for char in words):
        yield "nothing to say in this; type words"
