"""What the caller of a test by voice says to a bot that is not sure of what it heard."""

from __future__ import annotations

import pytest

from agent.bench.asked_back import answer
from agent.config import DEFAULT_DIALPLAN
from agent.dialplan.load import load
from agent.dialplan.schema import Cue
from agent.reply.reply import Reply, Route, TextPart

PLAN = load(DEFAULT_DIALPLAN.with_name("clinic.yaml"))
CANCEL = Cue(caller="please take me off the list", topic="cancel")
HOUR = Cue(caller="three in the afternoon", says=("patient's name",))


def came(route: Route, text: str, name: str = "") -> Reply:
    return Reply(route, (TextPart(text),), name)


@pytest.mark.parametrize(
    ("cue", "reply", "words"),
    [
        (CANCEL, came(Route.CONFIRM, "Is it about cancelling?", "cancel"), "yes"),
        (CANCEL, came(Route.CONFIRM, "Is it about moving?", "move"), None),
        (CANCEL, came(Route.INTENT, "Sure, let's move it.", "move"), None),
        (CANCEL, came(Route.FALLBACK, "Sorry, I didn't catch that. Could you say it again?"), CANCEL.caller),
        (CANCEL, None, None),
        (HOUR, came(Route.FLOW, "Three in the afternoon. Is that right?"), "yes"),
        (HOUR, came(Route.FLOW, "Nine in the evening. Is that right?"), None),
        (HOUR, came(Route.FLOW, "At what time, please?"), None),
        (
            Cue(caller="the one in sales", transfer="daniel_lopez"),
            came(Route.FLOW, "Daniel Lopez. Is that right?"),
            "yes",
        ),
        (Cue(caller="how old is he", route=Route.FALLBACK), came(Route.CONFIRM, "About hours?", "hours"), None),
        (Cue(key="1", topic="cancel"), came(Route.CONFIRM, "Is it about cancelling?", "cancel"), None),
    ],
)
def test_a_yes_is_said_to_what_was_meant_only(cue: Cue, reply: Reply | None, words: str | None) -> None:
    assert answer(PLAN, cue, reply) == words
