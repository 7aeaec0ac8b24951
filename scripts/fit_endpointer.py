#!/usr/bin/env python3
"""Fits agent/listen/endpointer.toml: how much the wording, the language model and the sound say about a turn's end.

    .venv/bin/python scripts/fit_endpointer.py --an4 DIR [--work DIR]

Data: `agent/bench/endings/turns_fit.txt` (by hand); the clips of `clips_fit.tsv`, that is Debian's
asterisk-core-sounds-en-wav and CMU AN4 (`--an4`: the folder with CLIP.flac, 16 kHz); and the shipped voice speaking the
turns, whole, cut, and as people read a comma, so that flat voices are not taken for unfinished ones. Nothing of the
frozen files is read. What takes long (recogniser, language model, voice: 30 minutes) is kept in `--work`.

Method: logistic regressions with a ridge, finished and unfinished of equal weight; where one regression is the input of
another, it is applied to groups (businesses, clips, speakers) that it was not fitted on.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from agent.bench.endings import DATA, Ending, Recordings, clips, over_the_line, turns
from agent.bench.endpointing import LANGUAGE_MODEL
from agent.bench.hearing import heard_at_the_flush
from agent.engines.llama import LlamaModel
from agent.engines.piper import PiperEngine
from agent.listen.answer import certainty
from agent.listen.endpointer import ODDS, SOUND, weighed
from agent.listen.evidence import Evidence
from agent.listen.fitted import FILE, log_odds
from agent.listen.prosody import CUES, cues
from agent.listen.wording import TRAITS, traits
from agent.models.store import ModelStore
from telephony.audio import samples, samples_of

SEED = 3
SILENCE = 0.1  # seconds of the pause that are heard
FOLDS = 10
RIDGE = 3.0
SPOKEN = 150  # turns that the shipped voice speaks
FLAT = 0.5  # weight of its sound beside people's
QUESTION_WORDS = ("what", "when", "is", "do", "does", "can", "how", "where", "are", "could", "which", "who", "why")
Floats = NDArray[np.float64]


def main() -> None:
    """Read, ask, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--an4", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("build/endpointer"))
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    store, written, recorded = ModelStore(), turns("fit"), clips("fit")
    recordings = Recordings(options.an4)
    heard = kept(options.work / "heard.json", lambda: heard_at_the_flush(store, recordings, recorded))
    spoken_as = [msgspec.structs.replace(ending, said=heard[ending.key]) for ending in recorded]
    asked = kept(options.work / "odds.json", lambda: asyncio.run(odds(store, [*written, *recorded, *spoken_as])))
    flat = kept(options.work / "flat.json", lambda: asyncio.run(spoken(store)))
    people = [cues(recordings.pcm(ending, samples(SILENCE))) or {} for ending in recorded]
    numbers = fit(written, recorded, spoken_as, asked, people, flat)
    FILE.write_text(toml(numbers, origin(options.an4)))


def kept(path: Path, make: Any) -> Any:
    """What `make` gives, from `path` if it is there."""
    if not path.is_file():
        path.write_bytes(msgspec.json.encode(make()))
    return msgspec.json.decode(path.read_bytes())


def question(ending: Ending) -> str:
    """The key of an ending's odds."""
    return f"{ending.expects.question}|{ending.said}"


async def odds(store: ModelStore, endings: Sequence[Ending]) -> dict[str, float]:
    """The language model's log odds by `question`."""
    model = LlamaModel.load(store.path(LANGUAGE_MODEL), sequences=1)
    found = {}
    for ending in endings:
        if question(ending) not in found:
            found[question(ending)] = await model.odds("fit", ending.expects.question, ending.said)
    model.close()
    return found


async def spoken(store: ModelStore) -> list[tuple[int, bool, dict[str, float]]]:
    """(turn, over, cues) of turns by the shipped voice: whole; cut at a pause; up to the pause, with a comma."""
    voice, rng = PiperEngine.load(store.path("piper-en-us-joe")), np.random.default_rng(SEED)
    text = (DATA / "turns_fit.txt").read_text().splitlines()
    lines = [line.strip() for line in text if "/" in line and not line.startswith("#")]
    found: list[tuple[int, bool, dict[str, float]]] = []
    for number, at in enumerate(rng.permutation(len(lines))[:SPOKEN]):
        parts = [part.strip() for part in lines[at].split("/")]
        whole, head = " ".join(parts), " ".join(parts[: rng.integers(1, len(parts))])
        mark = "?" if whole.split()[0] in QUESTION_WORDS else "."
        count = len(head.split())
        for said, words, over in ((whole + mark, None, True), (whole + mark, count, False), (head + ",", None, False)):
            sound = await voice.render(said.capitalize())
            end = sound.words[-1 if words is None else min(words, len(sound.words)) - 1].end
            wave = over_the_line(samples_of(sound.pcm).astype(np.float64) / 32_768, 16_000)[:end]
            silence = rng.normal(0, 4, samples(SILENCE)).astype(np.int16)
            if (known := cues(np.concatenate([wave, silence]).tobytes())) is not None:
                found.append((number, over, known))
    voice.close()
    return found


def fit(  # noqa: PLR0917
    written: Sequence[Ending],
    recorded: Sequence[Ending],
    spoken_as: Sequence[Ending],
    asked: Mapping[str, float],
    people: Sequence[Mapping[str, float]],
    flat: Sequence[tuple[int, bool, Mapping[str, float]]],
) -> dict[str, tuple[Sequence[str], Floats]]:
    """Names and numbers (bias last) of every regression."""
    texts = [*written, *recorded, *spoken_as]
    words = np.array([[traits(ending.said)[name] for name in TRAITS] for ending in texts])
    model = np.clip([[asked[question(ending)]] for ending in texts], *ODDS)
    over = np.array([float(ending.over) for ending in texts])
    source = np.repeat([0, 1, 2], [len(written), len(recorded), len(spoken_as)])
    weight = np.array([balanced(over[source == kind]) for kind in range(3)], dtype=object)
    weight = np.concatenate([weight[0], weight[1] / 2, weight[2] / 2]).astype(float)
    groups = [ending.group for ending in texts]
    both = np.hstack([model, words])
    text = held_out(both, over, weight, groups)[source == 2]
    ruled = [certainty(Evidence(ending.said, ending.expects, flushed=True)) for ending in spoken_as]
    text = np.array([logit if sure is None else log_odds(sure) for logit, sure in zip(text, ruled, strict=True)])

    sound = np.array([[found.get(name, 0.0) for name in CUES] for found in [*people, *(row[2] for row in flat)]])
    middle, size = sound[: len(people)].mean(0), sound[: len(people)].std(0)
    sound = (sound - middle) / size
    ended = np.array([*(ending.over for ending in recorded), *(row[1] for row in flat)], dtype=float)
    share = np.concatenate([balanced(ended[: len(people)]), FLAT * balanced(ended[len(people) :])])
    voices = [*(ending.group for ending in recorded), *(f"flat {row[0]}" for row in flat)]
    heard = np.clip(held_out(sound, ended, share, voices)[: len(people)], -SOUND, SOUND)
    joint = np.column_stack([text, [weighed(logit, how) for logit, how in zip(text, heard, strict=True)]])
    cue = regression(sound, ended, share)
    cue[-1] -= float(np.sum(cue[:-1] * middle / size))
    cue[:-1] /= size
    return {
        "words": (TRAITS, regression(words, over, weight)),
        "text": (("odds", *TRAITS), regression(both, over, weight)),
        "sound": (CUES, cue),
        "joint": (("text", "sound"), regression(joint, ended[: len(people)], share[: len(people)], ridge=1.0)),
    }


def balanced(over: Floats) -> Floats:
    """Weights with which finished and unfinished count the same."""
    return np.where(over == 1, 0.5 / over.mean(), 0.5 / (1 - over.mean()))


def regression(inputs: Floats, over: Floats, weight: Floats, ridge: float = RIDGE) -> Floats:
    """Weights, then the bias, of a logistic regression, by Newton's method."""
    rows = np.column_stack([inputs, np.ones(len(inputs))])
    pull = np.array([ridge] * inputs.shape[1] + [1e-6])
    found = np.zeros(len(pull))
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(rows @ found, -30, 30)))
        slope = rows.T @ (weight * (chance - over)) + pull * found
        bend = (rows * np.maximum(weight * chance * (1 - chance), 1e-9)[:, None]).T @ rows + np.diag(pull)
        step = np.linalg.solve(bend, slope)
        found -= step
        if np.abs(step).max() < 1e-8:
            break
    return found


def held_out(inputs: Floats, over: Floats, weight: Floats, groups: Sequence[str]) -> Floats:
    """Log odds of every row by a regression that has not seen the row's group."""
    _, number = np.unique(groups, return_inverse=True)
    fold = np.random.default_rng(SEED).permutation(number.max() + 1)[number] % FOLDS
    logits = np.zeros(len(over))
    for one in range(FOLDS):
        rest = fold != one
        found = regression(inputs[rest], over[rest], weight[rest])
        logits[~rest] = inputs[~rest] @ found[:-1] + found[-1]
    return logits


def origin(an4: Path) -> dict[str, str]:
    """Where the numbers come from."""
    data = hashlib.sha256(b"".join((DATA / name).read_bytes() for name in ("turns_fit.txt", "clips_fit.tsv")))
    return {
        "made_by": "scripts/fit_endpointer.py",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "data": "turns_fit.txt, clips_fit.tsv (Debian asterisk-core-sounds-en-wav, CMU AN4), voice piper-en-us-joe",
        "data_sha256": data.hexdigest(),
        "language_model": LANGUAGE_MODEL,
        "seed": str(SEED),
    }


def toml(numbers: Mapping[str, tuple[Sequence[str], Floats]], origin: Mapping[str, str]) -> str:
    """The file."""
    lines = ["# Written by scripts/fit_endpointer.py: don't edit.", "[origin]"]
    lines += [f'{name} = "{value}"' for name, value in origin.items()]
    for name, (inputs, found) in numbers.items():
        lines += ["", f"[{name}]", f"bias = {found[-1]:.4f}", f"[{name}.weights]"]
        lines += [f"{each} = {weight:.4f}" for each, weight in zip(inputs, found, strict=False)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
