"""How well the endpointer tells a finished turn from a pause, on what nothing was fitted on, beside Smart Turn v3.2.

Text is what the recogniser gave at the flush (`endings/heard_frozen.json`); the language model and the sound are asked
here. Ours hears 100 ms of the silence, as in a call; Smart Turn alone 200 ms, which it was made for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from agent.bench.endings import DATA, Ending, Recordings, changed, clips, turns
from agent.bench.figures import Figure
from agent.bench.judging import Bools, Floats, area, cut_ins, interval, spread
from agent.engines.llama import LlamaModel
from agent.engines.smart_turn import SmartTurn
from agent.listen import prosody
from agent.listen.endpointer import SemanticEndpointer
from agent.listen.evidence import Evidence
from agent.models.store import ModelStore
from telephony.audio import samples

HEARD = DATA / "heard_frozen.json"
LANGUAGE_MODEL, SMART_TURN = "smollm2-135m", "smart-turn"
OURS_AFTER, SMART_AFTER = 0.1, 0.2  # seconds of silence
# Area above the curve at most; cut-ins at 10% misses, at most this share of Smart Turn's.
LIMITS = {"turns": (0.015, None), "prompts": (0.03, 1 / 3), "spelled": (0.08, 2 / 3), "codes": (None, None)}
NAMES = {
    "turns": "text turns",
    "prompts": "prompts, whole or cut",
    "spelled": "spelled names and numbers",
    "codes": "dates and codes",
}
Progress = Callable[[str], None]


class Scored(msgspec.Struct, frozen=True):
    """All endings of a kind: scores by ours and by Smart Turn (NaN for text), which were over."""

    kind: str
    ours: Floats
    smart: Floats
    over: Bools
    groups: tuple[str, ...]


async def run(store: ModelStore | None = None, progress: Progress = lambda _: None) -> tuple[Figure, ...]:
    """The table; three minutes. Raises ModelError, LanguageModelError, EndpointError, and OSError without the prompts'
    Debian package."""
    store = store or ModelStore()
    wrong = changed()
    figures = [Figure("frozen files that were changed since", len(wrong), "", 0, 1, ", ".join(wrong[:3]))]
    for scored in await score(store, progress):
        figures += _figures(scored)
    return tuple(figures)


async def score(store: ModelStore, progress: Progress) -> list[Scored]:
    """Ours and Smart Turn's scores of every frozen ending, by kind. Raises as `run` does."""
    heard = msgspec.json.decode(HEARD.read_bytes(), type=dict[str, str])
    model = LlamaModel.load(store.path(LANGUAGE_MODEL), sequences=1)
    smart = SmartTurn.load(store.path(SMART_TURN))
    sound, judge = Recordings(), SemanticEndpointer()
    kinds: dict[str, list[tuple[Ending, float, float]]] = {}
    try:
        endings = [*turns("frozen"), *clips("frozen")]
        for count, ending in enumerate(endings):
            if count % 50 == 0:
                progress(f"ending {count} of {len(endings)}")
            said = heard[ending.key] if ending.clip else ending.said
            odds = await model.odds("bench", ending.expects.question, said)
            evidence = Evidence(said, ending.expects, flushed=True, odds=odds)
            rival = float("nan")
            if ending.clip:
                pcm = sound.pcm(ending, samples(OURS_AFTER))
                how = prosody.over(pcm, smart.judge(pcm).pooled)
                evidence = Evidence(said, ending.expects, flushed=True, odds=odds, sound=how)
                rival = smart.judge(sound.pcm(ending, samples(SMART_AFTER))).over
            kinds.setdefault(ending.kind, []).append((ending, judge.probability(evidence), rival))
    finally:
        model.close()
        smart.close()
    return [_scored(kind, rows) for kind, rows in kinds.items()]


def _scored(kind: str, rows: Sequence[tuple[Ending, float, float]]) -> Scored:
    return Scored(
        kind,
        np.array([ours for _, ours, _ in rows]),
        np.array([rival for _, _, rival in rows]),
        np.array([ending.over for ending, _, _ in rows]),
        tuple(ending.group for ending, _, _ in rows),
    )


def _figures(scored: Scored) -> list[Figure]:
    name, (above, share) = NAMES[scored.kind], LIMITS[scored.kind]
    over, groups, count = scored.over, scored.groups, len(scored.over)
    mine = interval(area, scored.ours, over, groups)
    cut = interval(cut_ins, scored.ours, over, groups)
    figures = [
        Figure(f"{name}: area above the curve", round(1 - mine.value, 4), "", above, count, f"under it {mine}"),
        Figure(f"{name}: cut-ins at 10% misses", round(cut.value, 4), "", None, count, str(cut)),
    ]
    if np.isnan(scored.smart).any():
        return figures
    theirs, theirs_cut = (interval(measure, scored.smart, over, groups) for measure in (area, cut_ins))

    def ratio(rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
        rival = cut_ins(scored.smart[rows], over[rows])
        return cut_ins(scored.ours[rows], over[rows]) / rival if rival else float("nan")

    part = spread(ratio, over, groups)
    return [
        *figures,
        Figure(
            f"{name}: … as a share of Smart Turn's alone",
            round(part.value, 3),
            "",
            share,
            count,
            f"{part}; Smart Turn: area under the curve {theirs}, cut-ins {theirs_cut}",
        ),
    ]
