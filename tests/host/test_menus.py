"""Keys that are pressed ahead of a menu's prompt, over it, and over what must be heard: none of them is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from telephony.messages import Digit, Drop
from tests.host.conftest import Desk

pytestmark = pytest.mark.parametrize("bot", [Path(__file__).parent / "menu.yaml"], indirect=True)


def texts(bot: Desk, generation: int) -> list[str]:
    """What is said as a generation."""
    plan = bot.responder.plan
    known = {bot.id_of(text): text for text in plan.stock_texts()}
    return [known[stock] for stock in bot.line.stock_of(generation)]


def press(bot: Desk, keys: str) -> None:
    for key in keys:
        bot.line.tell(Digit("call-1", key, bot.line.now))


async def test_the_menu_is_said_behind_the_greeting(bot: Desk) -> None:
    await bot.ring()
    assert texts(bot, 1) == [bot.responder.plan.greeting, bot.responder.plan.menus[0].prompt]


async def test_keys_into_the_greeting_stop_it_and_lead_through_two_menus(bot: Desk) -> None:
    bot.line.slow = True
    await bot.ring()
    press(bot, "21")
    rye = bot.responder.plan.facts[0].text
    await bot.until(lambda: texts(bot, max(bot.line.generations())) == [rye])
    assert Drop("call-1", 1) in bot.line.told(Drop)


async def test_a_key_over_what_must_be_heard_is_kept_and_used_after_it(bot: Desk) -> None:
    bot.line.slow = True
    await bot.ring()
    press(bot, "22")
    plan = bot.responder.plan
    await bot.until(lambda: texts(bot, max(bot.line.generations())) == [plan.facts[1].text])
    notice = max(bot.line.generations())
    press(bot, "21")
    await asyncio.sleep(0.3)
    assert max(bot.line.generations()) == notice
    bot.line.finish_playing("call-1", notice)
    await bot.until(lambda: texts(bot, max(bot.line.generations())) == [plan.facts[0].text])
