"""What is told of the router's decisions: the bands, the margin, and what went before any score."""

from __future__ import annotations

import pytest

from agent.dialplan.schema import Bands, Dialplan
from agent.engines.fakes import FakeEmbedder
from agent.reply.explanation import Explanation, explained
from agent.reply.responder import Responder
from agent.reply.utterance import Utterance


@pytest.fixture(scope="module")
def small() -> Dialplan:
    return Dialplan.model_validate(
        {
            "name": "Corner Bakery",
            "numbers": ["*"],
            "persona": "You are a bakery's assistant.",
            "greeting": "Hello.",
            "intents": [
                {"name": "bread", "examples": ["have you rye bread", "which bread is there"], "answer": "Rye."},
                {"name": "cake", "examples": ["have you plum cake", "which cake is there"], "answer": "Plum."},
            ],
            "unanswered": ["have you pizza today", "which pizza is there"],
        }
    )


def told(plan: Dialplan, said: str, **bands: float) -> Explanation:
    """How `said` is taken with these bands, by words that are alike."""
    changed = plan.model_copy(update={"router": Bands.model_validate(bands)})
    return explained(Responder(changed, FakeEmbedder()).router, said)


def test_what_goes_before_the_point_and_fillers_are_left_out(small: Dialplan) -> None:
    explanation = told(small, "Hi um, I was just wondering if you have plum cake left")
    assert explanation.left_out == ("hi i was just wondering if", "um")
    assert explanation.weighed == "you have plum cake left"


def test_a_clear_match_is_answered_and_the_lead_is_told(small: Dialplan) -> None:
    explanation = told(small, "have you bread rye")
    best, second = explanation.nearest[:2]
    assert (best.topic, best.nearest) == ("bread", "have you rye bread")
    assert explanation.decided == f"answer bread, {best.score:.2f}"
    behind = f"{best.score - second.score:.2f}"
    reason = f'is not below 0.40 ("act"), and the next, "{second.topic}", is {behind} behind: the bot answers'
    assert explanation.why.endswith(reason)


def test_two_topics_closer_than_the_margin_are_told_and_asked_back_about(small: Dialplan) -> None:
    explanation = told(small, "have you bread rye", margin=0.99)
    best, second = explanation.nearest[:2]
    behind = f"{best.score - second.score:.2f}"
    assert explanation.decided == f"ask back bread, {best.score:.2f}"
    assert explanation.why.endswith(
        f'but "{second.topic}" is only {behind} behind, less than 0.99 ("margin"): the bot asks back'
    )


def test_a_middling_match_is_asked_back_about(small: Dialplan) -> None:
    explanation = told(small, "have you bread rye", act=0.98)
    assert explanation.decided.startswith("ask back bread, ")
    assert 'is not below 0.20 ("confirm"), but ' in explanation.why
    assert explanation.why.endswith('is below 0.98 ("act"): the bot asks back')


def test_a_low_match_is_not_known(small: Dialplan) -> None:
    explanation = told(small, "have you bread rye", act=0.99, confirm=0.98)
    assert explanation.decided.startswith("fallback, ")
    assert explanation.why.endswith('is below 0.98 ("confirm"): the bot does not know')


def test_a_score_that_rounds_to_the_band_is_told_apart_from_it(small: Dialplan) -> None:
    score = told(small, "have you bread rye").nearest[0].score
    rounded = round(score, 2)
    explanation = told(small, "have you bread rye", act=rounded)
    shown = "is not below" if score >= rounded else "is below"
    assert f'{score:.3f} {shown} {rounded:.2f} ("act")' in explanation.why


def test_an_example_is_told_to_be_one_with_what_is_near(small: Dialplan) -> None:
    explanation = told(small, "which bread is there")
    assert (explanation.decided, explanation.nearest[0].topic) == ("answer bread", "bread")
    assert explanation.why == 'it is an example of "bread", word for word, so no score counts'


def test_what_is_listed_as_unanswered_is_told(small: Dialplan) -> None:
    listed = told(small, "which pizza is there")
    assert (listed.decided, listed.nearest[0].topic) == ("fallback", "<unanswered>")
    assert listed.why == 'it is listed under "unanswered", word for word, so no score counts'
    near = told(small, "pizza today have you")
    assert near.decided.startswith("fallback, ")
    assert near.why.endswith("and no topic from 0.20 on is within 0.10 of it: the bot does not know")


def test_a_topic_close_behind_what_is_listed_as_unanswered_is_asked_back_about(small: Dialplan) -> None:
    explanation = told(small, "have you which is")
    assert explanation.nearest[0].topic == "<unanswered>"
    behind = f"{explanation.nearest[0].score - explanation.nearest[1].score:.2f}"
    assert explanation.decided.startswith("ask back bread, ")
    assert explanation.why.endswith(
        f'is nearest ({explanation.nearest[0].score:.2f}), but "bread" is only {behind} behind: the bot asks back'
    )


def test_small_talk_that_is_not_clearly_nearest_is_told(small: Dialplan) -> None:
    explanation = told(small, "hi there which bread", margin=0.3)
    assert explanation.decided.startswith("ask back bread, ")
    assert explanation.why.startswith('small talk is nearest ("<greeting>", 0.')
    assert explanation.why.endswith('is not below 0.20 ("confirm"): the bot asks back')


@pytest.mark.parametrize(
    ("said", "decided", "why"),
    [
        ("stop", "command stop", "these words mean this in every dialplan, so no score counts"),
        ("yes", "agreed", "it is a bare yes, okay or no, and no question is open"),
    ],
)
def test_words_that_no_score_decides_are_told(small: Dialplan, said: str, decided: str, why: str) -> None:
    explanation = told(small, said)
    assert (explanation.decided, explanation.why) == (decided, why)
    assert {match.topic for match in explanation.nearest} >= {"bread", "cake"}


def test_noise_has_no_topics(small: Dialplan) -> None:
    explanation = told(small, "um the")
    assert (explanation.decided, explanation.weighed, explanation.nearest) == ("unheard", "", ())
    assert explanation.left_out == ("um", "the")


def test_what_is_told_is_what_the_router_decides(real_responder: Responder) -> None:
    router = real_responder.router
    for said in (
        "where can i leave my car",
        "how are you my friend",
        "my brakes are loud",
        "what is the capital of france",
    ):
        decision = router.decide(Utterance(said))
        explanation = explained(router, said)
        assert explanation.nearest == decision.matches[:5], said
        assert explanation.decided.endswith(f", {decision.score:.2f}"), said
