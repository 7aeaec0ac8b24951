"""Menus for telephone keys: gone through ahead of their prompts, asked again, and left by who says what they want."""

from __future__ import annotations

import pytest

from agent.dialplan.schema import Dialplan
from agent.engines.fakes import FakeEmbedder
from agent.reply.conversation import Conversation
from agent.reply.reply import Route
from agent.reply.responder import Responder

MAIN = "For our hours press one, for bread two."
BAKED = "For rye press one. Star goes back."
AGAIN = "One for rye, star to go back."
PLAN = {
    "name": "Corner",
    "numbers": ["*"],
    "persona": "You.",
    "greeting": "This is Corner.",
    "small_talk": False,
    "menu": "main",
    "menus": [
        {"name": "main", "prompt": MAIN, "keys": {"1": "hours", "2": "baked"}},
        {"name": "baked", "prompt": BAKED, "again": AGAIN, "keys": {"1": "rye", "*": "main"}, "invalid": "Not there."},
    ],
    "intents": [
        {"name": "hours", "examples": ["when are you open"], "answer": "From nine to six."},
        {"name": "ovens", "examples": ["tell me of your ovens"], "answer": "We have two.", "digit": "7"},
        {"name": "choose", "examples": ["i want to press keys"], "answer": "Sure.", "menu": "baked"},
    ],
    "facts": [{"name": "rye", "questions": ["do you have rye bread"], "text": "Yes, rye bread is two dollars."}],
}


def call(**changes: object) -> Conversation:
    begun = Responder(Dialplan.model_validate({**PLAN, **changes}), FakeEmbedder()).conversation("5550100")
    begun.greet()
    return begun


def pressed(conversation: Conversation, keys: str) -> str:
    """What is said to the last of the keys."""
    reply = [conversation.digit(key) for key in keys][-1]
    return "" if reply is None else reply.text


def test_the_files_own_menu_is_behind_the_greeting() -> None:
    greeting = Responder(Dialplan.model_validate(PLAN), FakeEmbedder()).conversation("5550100").greet()
    assert (greeting.route, greeting.text) == (Route.GREETING, f"This is Corner. {MAIN}")


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("1", "From nine to six."),
        ("2", BAKED),
        ("21", "Yes, rye bread is two dollars."),
        ("2*", MAIN),
        ("2*2*1", "From nine to six."),
        ("7", "We have two."),
        ("27", "We have two."),
    ],
)
def test_keys_are_taken_as_they_are_pressed_heard_or_not(keys: str, said: str) -> None:
    assert pressed(call(), keys) == said


def test_the_main_keys_hold_when_its_answer_was_told() -> None:
    assert pressed(call(), "12") == BAKED
    assert pressed(call(), "211") == "From nine to six."  # the menu of bread is left with its answer


def test_a_key_that_is_not_there_is_told_and_the_menu_again_until_a_message_is_offered() -> None:
    conversation = call()
    assert pressed(conversation, "29") == f"Not there. {AGAIN}"
    assert pressed(conversation, "9") == f"Not there. {AGAIN}"
    assert pressed(conversation, "9") == conversation._plan.no_match.message
    conversation = call()
    assert pressed(conversation, "291") == "Yes, rye bread is two dollars."


def test_0_is_a_person_in_a_menu_too() -> None:
    reply = call().digit("0")
    assert reply is not None
    assert reply.route is Route.MESSAGE


def test_who_does_nothing_hears_the_menu_again_twice_and_then_the_goodbye() -> None:
    conversation = call()
    conversation.digit("2")
    assert [conversation.silence(count).text for count in (1, 2)] == [AGAIN, AGAIN]
    assert pressed(conversation, "1") == "Yes, rye bread is two dollars."
    conversation = call()
    assert conversation.silence(3).hang_up


@pytest.mark.parametrize("said", ["two", "number two", "press two please", "option two"])
def test_a_key_may_be_said(said: str) -> None:
    assert call().answer(said).text == BAKED


@pytest.mark.parametrize("said", ["two loaves", "", "twenty", "five five"])
def test_other_words_are_no_key(said: str) -> None:
    assert call().answer(said).route is not Route.MENU


def test_who_says_what_they_want_leaves_the_menu() -> None:
    conversation = call()
    conversation.digit("2")
    assert conversation.answer("when are you open").text == "From nine to six."
    assert pressed(conversation, "1") == "From nine to six."


def test_a_number_means_a_key_only_while_a_menu_is_open() -> None:
    conversation = call()
    conversation.answer("when are you open")
    assert conversation.answer("two").route is Route.FALLBACK


def test_an_intent_brings_a_menu_behind_its_answer() -> None:
    conversation = call(menu=None)
    reply = conversation.answer("i want to press keys")
    assert (reply.route, reply.name, reply.text) == (Route.INTENT, "choose", f"Sure. {BAKED}")
    assert pressed(conversation, "1") == "Yes, rye bread is two dollars."
    assert pressed(call(menu=None), "1") == ""


def test_repeat_and_slower_have_the_prompt_again_and_leave_the_menu_open() -> None:
    conversation = call()
    conversation.digit("2")
    assert conversation.answer("repeat that").text == BAKED
    assert conversation.answer("slower").text == BAKED
    assert pressed(conversation, "1") == "Yes, rye bread is two dollars."


def test_an_okay_to_the_greeting_with_its_menu_is_an_offer_to_help() -> None:
    conversation = call()
    assert conversation.answer("okay").text == conversation._plan.phrases.help


def test_an_open_menu_travels_with_the_checkpoint_and_is_left_where_it_is_gone() -> None:
    conversation, plan = call(), Dialplan.model_validate(PLAN)
    conversation.digit("2")
    taken_up = Responder(plan, FakeEmbedder()).conversation("5550100", conversation.checkpoint())
    assert pressed(taken_up, "1") == "Yes, rye bread is two dollars."
    others = plan.model_copy(update={"menus": plan.menus[:1]})
    taken_up = Responder(others, FakeEmbedder()).conversation("5550100", conversation.checkpoint())
    assert pressed(taken_up, "1") == "From nine to six."


def test_resumed_at_the_first_words_the_menu_is_said_with_the_greeting() -> None:
    fresh = Responder(Dialplan.model_validate(PLAN), FakeEmbedder()).conversation("5550100")
    resumed = fresh.resumed()
    assert resumed.text.endswith(f"This is Corner. {MAIN}")
    assert pressed(fresh, "2") == BAKED
