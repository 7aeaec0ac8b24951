"""Hours: open or closed, until when, and when again; and what is said of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from agent.dialplan.calendar import Weekday
from agent.dialplan.hours import Hours
from agent.dialplan.load import load
from agent.engines.fakes import FakeEmbedder
from agent.reply.opening import Opening
from agent.reply.responder import Responder
from tests.dialplan.test_load import GOOD

HOURS = Hours.model_validate(
    {
        "open": {"monday": "9:00-18:00", "tuesday": ["14:00-18:00", "9:00-12:00"], "saturday": "20:00-24:00"},
        "holidays": [
            {"date": "2026-12-07", "name": "our anniversary"},
            {"date": "12-08", "open": "10:00-11:00"},
            {"date": "2026-12-15", "name": "stocktaking", "open": "9:00-10:00"},
        ],
    }
)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-11-30T10:00", "Right now we're open, until six p m."),  # a Monday
        ("2026-12-01T11:59", "Right now we're open, until noon."),
        ("2026-12-01T12:00", "Right now we're closed, and open again at two p m."),
        ("2026-12-01T08:59", "Right now we're closed, and open again at nine a m."),
        ("2026-11-30T18:00", "Right now we're closed, and open again tomorrow at nine a m."),
        ("2026-12-02T10:00", "Right now we're closed, and open again on Saturday at eight p m."),
        ("2026-12-05T23:59", "Right now we're open, until midnight."),
        ("2026-12-06T00:00", "Right now we're closed, and open again on Tuesday at ten a m."),
        ("2026-12-07T10:00", "Today is our anniversary, and we're closed, and open again tomorrow at ten a m."),
        ("2027-12-08T10:30", "Right now we're open, until eleven a m."),
        ("2026-12-15T09:30", "Right now we're open, until ten a m."),
        ("2026-12-15T10:30", "Right now we're closed, and open again on Saturday at eight p m."),
    ],
)
def test_what_is_said_of_the_hours(now: str, said: str) -> None:
    assert Opening(HOURS).spoken(datetime.fromisoformat(now)) == said


NIGHT = dict.fromkeys(Weekday, ("22:00-24:00", "0:00-6:00"))
ALWAYS = dict.fromkeys(Weekday, ("0:00-24:00",))


@pytest.mark.parametrize(
    ("week", "now", "said"),
    [
        (NIGHT, "2026-12-02T22:30", "Right now we're open, until six a m."),
        (NIGHT, "2026-12-03T05:59", "Right now we're open, until six a m."),
        (NIGHT, "2026-12-23T23:00", "Right now we're open, until midnight."),  # the next day is a holiday
        (ALWAYS, "2026-12-02T10:00", "Right now we're open, around the clock."),
        (ALWAYS, "2026-12-23T10:00", "Right now we're open, until midnight."),
        (ALWAYS, "2026-12-22T10:00", "Right now we're open, until midnight tomorrow."),
        (ALWAYS, "2026-12-20T10:00", "Right now we're open, until midnight on Wednesday."),
        (
            ALWAYS | {Weekday.FRIDAY: ("0:00-18:00",)},
            "2026-12-03T10:00",
            "Right now we're open, until six p m tomorrow.",
        ),
        (
            ALWAYS | {Weekday.FRIDAY: ("0:00-18:00",)},
            "2026-12-02T10:00",
            "Right now we're open, until six p m on Friday.",
        ),
    ],
)
def test_what_goes_on_after_midnight_does_not_end_then(
    week: dict[Weekday, tuple[str, ...]], now: str, said: str
) -> None:
    hours = Hours.model_validate({"open": week, "holidays": [{"date": "12-24"}]})
    assert Opening(hours).spoken(datetime.fromisoformat(now)) == said


def test_a_business_that_never_opens_says_no_day() -> None:
    never = Hours.model_validate({"open": {"monday": "9:00-9:01"}, "holidays": []})
    later = Opening(never.model_copy(update={"open": {}}))
    assert later.spoken(datetime(2026, 12, 2, 10, 0)) == "Right now we're closed."


PLAN = GOOD.replace(
    "    answer: We open at seven.\n    key: at seven\n",
    '    answer: "{hours}"\n  - name: fresh\n'
    "    examples: [is there bread now, have you bread, is bread there, any bread left, can i get bread]\n"
    "    answer: Yes, come by.\n    closed: Not before tomorrow.\n"
    "  - name: baker\n"
    "    examples: [the baker please, let me talk to the baker, get me the baker, i want the baker, the baker]\n"
    "    answer: Sure.\n    closed: Not today.\n    transfer: baker\n",
) + (
    'timezone: America/New_York\nhours: {open: {wednesday: "7:00-12:00"}}\n'
    'transfers: [{name: baker, target: "20", closed: The baker sleeps., otherwise: nothing}]\n'
)


@pytest.fixture(scope="module")
def responder(tmp_path_factory: pytest.TempPathFactory) -> Responder:
    path = tmp_path_factory.mktemp("plan") / "plan.yaml"
    path.write_text(PLAN)
    return Responder(load(path), FakeEmbedder())


@pytest.mark.parametrize(
    ("now", "said", "answered"),
    [
        (10, "when are you open", "Right now we're open, until noon."),
        (10, "is there bread now", "Yes, come by."),
        (13, "is there bread now", "Not before tomorrow."),
        (10, "the baker please", "Sure. I'll put you through. One moment, please."),
        (13, "the baker please", "Not today. The baker sleeps. Is there anything else I can help with?"),
    ],
)
def test_answers_and_transfers_go_by_the_hours(responder: Responder, now: int, said: str, answered: str) -> None:
    conversation = responder.conversation("5550100", now=datetime(2026, 12, 2, now, 0))
    assert conversation.answer(said).text == answered


def test_the_time_is_that_of_the_business(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN)
    there = Responder(load(path), FakeEmbedder(), lambda: datetime.fromisoformat("2026-12-02T16:30+00:00"))
    assert there.now() == datetime(2026, 12, 2, 11, 30)
    assert there.conversation("").answer("is there bread now").text == "Yes, come by."
