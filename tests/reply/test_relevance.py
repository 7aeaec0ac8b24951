"""Whether what would be said answers what was asked, by the real embedder: near misses of a fact are not answered."""

from __future__ import annotations

import pytest

from agent.dialplan.schema import Dialplan
from agent.engines.minilm import MiniLm
from agent.models.store import ModelStore
from agent.reply.explanation import explained
from agent.reply.inquiry import Inquiry, asked_for, denies, stem, told_by
from agent.reply.knowledge import Knowledge
from agent.reply.reply import Route
from agent.reply.responder import Responder
from agent.reply.router import Kind, Router, Why
from agent.reply.state import Open
from agent.reply.utterance import Utterance


@pytest.fixture(scope="module")
def plan() -> Dialplan:
    return Dialplan.model_validate(
        {
            "name": "Green House",
            "numbers": ["*"],
            "persona": "You are a garden centre's assistant.",
            "greeting": "Hello.",
            "intents": [{"name": "order", "examples": ["i want to order a tree", "order a plant"], "answer": "Sure."}],
            "facts": [
                {
                    "name": "parking",
                    "questions": ["where can i park", "is the parking free", "do you have a parking lot"],
                    "text": "Parking is free, behind the greenhouse.",
                },
                {
                    "name": "delivery",
                    "questions": ["do you deliver", "what does delivery cost", "can you bring the plants to my home"],
                    "text": "We deliver for fifteen dollars.",
                },
            ],
        }
    )


@pytest.fixture(scope="module")
def router(plan: Dialplan) -> Router:
    return Router(plan, Knowledge(plan), MiniLm.load(ModelStore().path("minilm-l6")))


@pytest.mark.parametrize("said", ["is parking free there", "where could i park my car"])
def test_what_is_asked_in_other_words_is_answered_or_asked_back_about(router: Router, said: str) -> None:
    decision = router.decide(Utterance(said))
    assert (decision.kind in (Kind.TOPIC, Kind.UNSURE), decision.name) == (True, "parking")


@pytest.mark.parametrize(
    "said",
    ["is the parking heated", "how high is the parking garage", "who owns the parking lot", "why is parking free"],
)
def test_a_near_miss_is_not_answered(router: Router, said: str) -> None:
    assert router.decide(Utterance(said)).kind in (Kind.UNSURE, Kind.UNKNOWN)


@pytest.mark.parametrize("said", ["is parking free there", "what do you take for bringing it", "i'd like a fir tree"])
def test_what_is_decided_is_ranked_first(router: Router, said: str) -> None:
    ranked = router.ranked(Utterance(said))
    assert ranked[0] == router.decide(Utterance(said)).name
    assert sorted(ranked) == ["delivery", "order", "parking"]


def test_after_a_no_the_likeliest_beside_it_is_asked_about_once(plan: Dialplan, router: Router) -> None:
    said = "is it free to bring the plants to my home"
    decision = router.decide(Utterance(said))
    assert (decision.kind, {decision.name, decision.second}) == (Kind.UNSURE, {"parking", "delivery"})
    responder = Responder(plan, MiniLm.load(ModelStore().path("minilm-l6")))
    conversation = responder.conversation("")
    conversation.greet()
    assert conversation.answer(said).name == decision.name
    then = conversation.answer("no")
    assert (then.route, then.name) == (Route.CONFIRM, decision.second)
    conversation = responder.conversation("", conversation.checkpoint())
    assert conversation.answer("no").text == plan.phrases.what_then
    conversation.answer(said)
    conversation.answer("no")
    told = conversation.answer("yes")
    assert (told.route, told.name) == (Route.FACT, decision.second)


def test_what_asks_first_tells_only_what_is_listed_or_agreed_to(plan: Dialplan, router: Router) -> None:
    said = Utterance("do you bring plants to my home")
    assert router.decide(said).kind is Kind.TOPIC
    asking = plan.model_copy(update={"router": plan.router.model_copy(update={"asks_first": True})})
    asks = Router(asking, Knowledge(asking), MiniLm.load(ModelStore().path("minilm-l6")))
    decision = asks.decide(said)
    assert (decision.kind, decision.name, decision.why) == (Kind.UNSURE, "delivery", Why.ASKED_FIRST)
    assert "asks_first: on" in explained(asks, said.text).why
    assert asks.decide(said, Open.CONFIRM, "delivery").kind is Kind.TOPIC
    assert asks.decide(Utterance("yes"), Open.CONFIRM, "delivery").kind is Kind.YES
    assert asks.decide(Utterance("do you deliver")).kind is Kind.TOPIC


def test_what_was_fitted_to_one_embedder_judges_by_no_other(plan: Dialplan, router: Router) -> None:
    said = Utterance("is the parking heated")
    another = Router(plan, Knowledge(plan), MiniLm.load(ModelStore().path("minilm-l6"), "my-minilm-l12"))
    assert router.decide(said).weighed is not None
    assert another.decide(said).weighed is None


def test_the_word_that_nothing_answers_is_told(router: Router) -> None:
    explanation = explained(router, "is the parking heated")
    assert router.decide(Utterance("is the parking heated")).why in (Why.UNCOVERED, Why.BESIDE_THE_POINT)
    assert '"parking" is what is asked for by' in explanation.why
    assert 'nothing there surely answers "heated"' in explanation.why


@pytest.mark.parametrize(
    ("said", "inquiry"),
    [
        ("how much is a ticket", Inquiry.PRICE),
        ("how long does it take", Inquiry.DURATION),
        ("until when are you there", Inquiry.TIME),
        ("where do i leave the car", Inquiry.PLACE),
        ("who painted it", Inquiry.WHO),
        ("how old must i be", Inquiry.DEGREE),
        ("do you have a sauna", Inquiry.WHETHER),
        ("i lost my card", Inquiry.STATEMENT),
    ],
)
def test_what_a_question_asks_for(said: str, inquiry: Inquiry) -> None:
    assert asked_for(said) is inquiry


def test_what_a_text_tells() -> None:
    assert told_by("The pool is open on Mondays.") >= {Inquiry.TIME}
    assert told_by("A ticket is nine dollars.") >= {Inquiry.PRICE, Inquiry.COUNT}
    assert told_by("Dogs are welcome.") == frozenset()


def test_words_are_compared_without_their_endings_and_negations_are_known() -> None:
    assert stem("parking") == stem("parked") == stem("park")
    assert denies(("i", "don't", "know"))
    assert not denies(("i", "know"))


def test_in_a_flow_what_may_not_be_the_answer_is_told_with_what_it_is_about(plan: Dialplan) -> None:
    written = plan.model_dump(by_alias=True, exclude_unset=True)
    slot = {
        "name": "size",
        "kind": "choice",
        "ask": "A large or a small one?",
        "choices": {"large": {"said": ["large"]}, "small": {"said": ["small"]}},
    }
    flow = {"name": "order", "steps": [{"ask": "size"}, {"say": "Noted."}]}
    order = {**written["intents"][0], "flow": "order"}
    ordering = Dialplan.model_validate({**written, "intents": [order], "slots": [slot], "flows": [flow]})
    conversation = Responder(ordering, MiniLm.load(ModelStore().path("minilm-l6"))).conversation("")
    conversation.greet()
    assert "A large or" in conversation.answer("order a plant").text
    assert "About parking: Parking is free" in conversation.answer("is there parking for trucks").text
