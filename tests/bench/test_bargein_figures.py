"""What the turns of the barge-in bench say, all together."""

from __future__ import annotations

from agent.bench.bargein_figures import Spoken, figures_of
from agent.bench.bargein_script import CONDITIONS, Kind
from agent.bench.figures import Figure

STEADY = CONDITIONS[0].name
LOSSY = next(one.name for one in CONDITIONS if one.impaired)


def spoken(kind: Kind, path: str = STEADY, **told: object) -> Spoken:
    return Spoken(path, kind, "wait", "hours", True, **told)  # type: ignore[arg-type]  # values of one type each


def figures(*turns: Spoken) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures_of(turns)}


def test_a_question_that_the_bot_talked_on_over() -> None:
    caught = spoken("question", ducked=80.0, silent=300.0)
    for missed in (
        spoken("protest", ducked=90.0),
        spoken("protest", ducked=90.0, silent=800.0),
        spoken("protest", ducked=90.0, silent=300.0, resumed=500.0, whole=True),
    ):
        found = figures(caught, missed)["talked on over a question or a protest"]
        assert (found.value, found.ok) == (50.0, False)


def test_the_verdict_is_counted_from_the_callers_voice() -> None:
    found = figures(spoken("question", ducked=80.0, silent=300.0, hushed=250.0, decided=400.0))
    assert found["given up for it, p50"].value == 450.0
    assert found["of that, from knowing of the voice to the verdict, p50"].value == 400.0


def test_a_bad_network_has_its_own_limits() -> None:
    found = figures(spoken("question", LOSSY, ducked=200.0, silent=500.0))
    assert found["15 dB quieter after the caller's voice, p95"].samples == 0
    lossy = found[f"{LOSSY}: 15 dB quieter after the caller's voice, p95"]
    assert (lossy.limit, lossy.ok) == (225.0, True)
    assert found[f"{LOSSY}: silent for a question or a protest, p95"].limit == 525.0


def test_noises_and_replies_that_nobody_spoke_over() -> None:
    found = figures(
        spoken("backchannel", whole=True), spoken("backchannel"), spoken("nothing", whole=True, dips=3),
        Spoken(STEADY, "nothing", "", "hours", judged=False),
    )  # fmt: skip
    assert found["replies that a listening noise ended"].value == 50.0
    assert found["replies that nobody spoke over and that did not end"].ok
    assert found["replies that nobody spoke over and that were quieter for a while"].value == 100.0
    assert found["turns with another reply"].value == 1


def test_histories() -> None:
    found = figures(
        spoken("question", words=5, remembered=5), spoken("question", words=5, remembered=4),
        spoken("question", words=5, remembered=7), spoken("question", words=5),
    )  # fmt: skip
    assert found["histories that are not exact to the word"].detail.startswith("2 of 3")
    assert found["histories that are off by more than one word"].detail.startswith("1 of 3")


def test_a_history_is_exact_where_the_recording_leaves_room_for_it() -> None:
    found = figures(*(spoken("question", words=6, fewest=5, remembered=count) for count in (4, 5, 6, 7)))
    assert found["histories that are not exact to the word"].detail.startswith("2 of 4")
