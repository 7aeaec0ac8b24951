"""A conversation that is taken up by a dialplan which has changed since."""

from __future__ import annotations

from agent.reply.state import Open, State, of_known


def test_topics_that_are_no_longer_there_are_forgotten_and_the_question_about_them() -> None:
    state = State(open=Open.CONFIRM, topic="gone", unsaid="gone", waiting=("gone", "hours"), caller="5550100")
    assert of_known(state, {"hours"}, {}) == State(waiting=("hours",), caller="5550100")


def test_a_question_about_something_else_stays_open() -> None:
    assert of_known(State(open=Open.LEAVING, topic="gone"), {"hours"}, {}) == State(open=Open.LEAVING)
    assert of_known(State(open=Open.OFFER), {"hours"}, {}) == State(open=Open.OFFER)
    assert of_known(State(open=Open.CONFIRM, topic="hours"), {"hours"}, {}) == State(open=Open.CONFIRM, topic="hours")
