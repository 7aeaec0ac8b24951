"""Music over a line for a caller who is being put through: whenever nobody speaks, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.live import BotLine, CallEnded
from telephony.messages import Transfer
from telephony.testing.fake_line import Outcome
from telephony.transfers import Failure
from tests.host.conftest import Desk, eventually

PLAN = Path(__file__).parent / "waiting.yaml"

pytestmark = pytest.mark.parametrize("bot", [PLAN], indirect=True)


def music(bot: Desk) -> list[int]:
    """The generations that are music."""
    return sorted({say.generation for say in bot.line.says if say.stock.startswith("music-")})


def last(bot: Desk) -> int:
    return max(say.generation for say in bot.line.says)


async def waits(bot: Desk) -> None:
    """The caller hears music while it rings."""
    bot.line.outcomes.append(Outcome(Failure.NO_ANSWER, 0, waits=True))
    await bot.ring()
    assert music(bot) == []
    await bot.says("front desk please")
    await bot.until(lambda: bool(music(bot)) and bool(bot.line.told(Transfer)))


async def test_music_is_played_while_it_rings_and_is_no_reply(bot: Desk) -> None:
    await waits(bot)
    (generation,) = music(bot)
    assert generation == last(bot) == 3  # behind the greeting and the reply
    pieces = [say for say in bot.line.says if say.generation == generation]
    assert all(say.yields for say in pieces)
    assert bot.line.stock[pieces[0].stock]
    assert [event.text for event in bot.of(BotLine) if event.final][-1].endswith("One moment, please.")


async def test_what_is_said_takes_the_musics_place_and_music_follows_it(bot: Desk) -> None:
    await waits(bot)
    await bot.says("when are you open")
    await bot.until(lambda: len(music(bot)) == 2)
    assert [event.text for event in bot.of(BotLine) if event.final][-1] == "We are open from nine to five."
    assert music(bot) == [3, 5]


async def test_music_that_a_cough_has_ended_is_played_again(bot: Desk) -> None:
    await waits(bot)
    bot.line.stir("call-1", last(bot))
    await bot.until(lambda: len(music(bot)) == 2)
    assert music(bot) == [3, 4]


async def test_there_is_no_music_for_a_caller_who_is_back(bot: Desk) -> None:
    await waits(bot)
    bot.line.finish_transfer()
    await eventually(lambda: [one for one in bot.of(BotLine) if one.final and "nobody is free" in one.text])
    bot.line.hang_up()
    await eventually(lambda: bot.of(CallEnded))
    assert music(bot) == [3]
