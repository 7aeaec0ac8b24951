"""A call whose caller is typed: how it is shown, and what is no line of it."""

from __future__ import annotations

import pytest

from agent.bench.ears import CallerVoice
from agent.engines.fakes import FakeVoice
from agent.live import BotLine, CallEnded, CallerLine, Fault, Loading, Waterfall
from agent.serve.typed_call import Shown, TypedCall
from telephony.errors import CallFailed
from telephony.testing.call import Call
from telephony.testing.echo_peer import TonePeer
from telephony.testing.user_agent import UserAgent
from tests.host.conftest import eventually


def shown(*events: object, said: str = "") -> list[str]:
    lines: list[str] = []
    one = Shown(lines.append)
    one.said = said
    for event in events:
        one.show(event)  # type: ignore[arg-type]
    return lines


def test_what_the_bot_says_has_its_route_its_topic_and_its_time() -> None:
    assert shown(
        BotLine("c", 0, "We're open", route="intent", name="hours"),
        Waterfall("c", 1, (), 230.6),
        BotLine("c", 9, "We're open at nine.", final=True),
        BotLine("c", 10, "Are you", route="silence"),
        BotLine("c", 12, "Are you", final=True, interrupted=True),
    ) == ["bot [intent hours, 231 ms]: We're open at nine.", "bot [silence]: Are you …(interrupted)"]


@pytest.mark.parametrize(
    ("heard", "line"),
    [("when are you open", []), ("when our you open", ["heard: when our you open"]), ("", ["heard: (no word)"])],
)
def test_what_was_heard_is_told_where_it_is_not_what_was_said(heard: str, line: list[str]) -> None:
    assert shown(CallerLine("c", 0, heard, final=True), said="When are you open?") == line
    assert shown(CallerLine("c", 0, "when", final=False), said="When are you open?") == []


def test_what_is_loaded_and_what_fails_is_told() -> None:
    events = (Loading("voice", 0, 1), Loading("voice", 1, 1), Fault("no model"), CallEnded("c", "bot", 200, 1.0))
    assert shown(*events) == ["loaded voice", "no model"]


async def test_lines_are_spoken_pressed_or_told_to_be_none() -> None:
    lines: list[str] = []
    answered: list[Call] = []

    async def bot(call: Call) -> None:
        answered.append(call)
        await TonePeer(greeting_ms=200, reply_ms=200)(call)

    async with UserAgent(answer=bot) as peer, UserAgent() as agent:
        placed = await agent.call(f"sip:bot@127.0.0.1:{peer.port}")
        talk = TypedCall(placed, CallerVoice(FakeVoice()), Shown(lines.append), lines.append, reply_within=2.0)
        await talk.greeted()
        assert await talk.take("hello there\n")
        assert placed.recording.caller.any()
        assert await talk.take(":kex\n")
        assert await talk.take("  ...\n")
        assert await talk.take(":key 5\n")
        await eventually(lambda: answered[0].digits)
        assert answered[0].digits == "5"
        assert not await talk.take(":quit\n")
        await placed.hang_up()
    assert lines == [
        '":kex" is not known; :key 1 (or another of 0 to 9, * and #) and :quit are known; to say nothing, wait',
        "nothing to say in this; type words",
        "bot: (says nothing)",  # to a key that means nothing
    ]


async def test_a_bot_that_hangs_up_ends_it() -> None:
    lines: list[str] = []

    async def bot(call) -> None:  # type: ignore[no-untyped-def]
        await call.hang_up()

    async with UserAgent(answer=bot) as peer, UserAgent() as agent:
        placed = await agent.call(f"sip:bot@127.0.0.1:{peer.port}")
        talk = TypedCall(placed, CallerVoice(FakeVoice()), Shown(lines.append), lines.append)
        await talk.greeted()
        assert not await talk.take("hello")
    assert "the bot has hung up" in lines


async def test_a_bot_that_hung_up_while_a_line_was_typed_is_told() -> None:
    lines: list[str] = []

    async def bot(call) -> None:  # type: ignore[no-untyped-def]
        await call.hang_up()

    async with UserAgent(answer=bot) as peer, UserAgent() as agent:
        placed = await agent.call(f"sip:bot@127.0.0.1:{peer.port}")
        with pytest.raises(CallFailed):
            await placed.bot_speaks(5.0)
        talk = TypedCall(placed, CallerVoice(FakeVoice()), Shown(lines.append), lines.append)
        assert not await talk.take("hello")
    assert lines == ["the bot has hung up"]
