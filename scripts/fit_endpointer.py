#!/usr/bin/env python3
"""Fits agent/listen/endpointer.toml: how much the wording, the language model and the sound say about a turn's end.

    .venv/bin/python scripts/fit_endpointer.py --an4 DIR [--work DIR]

Data: `agent/bench/endings/turns_fit.txt` (by hand); the clips of `clips_fit.tsv`, that is Debian's
asterisk-core-sounds-en-wav and CMU AN4 (`--an4`: the folder with CLIP.flac, 16 kHz); and the shipped voice speaking the
turns, whole, cut, and as people read a comma, so that flat voices are not taken for unfinished ones. Nothing of the
frozen files is read. What takes long (recogniser, language model, voice: 20 minutes) is kept in `--work`.

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
from regression import SEED, Floats, balanced, held_out, regression

from agent.bench.endings import DATA, Ending, Recordings, clips, over_the_line, turns
from agent.bench.endpointing import LANGUAGE_MODEL, SMART_TURN
from agent.bench.hearing import heard_at_the_flush
from agent.engines.llama import LlamaModel
from agent.engines.piper import PiperEngine
from agent.engines.smart_turn import SmartTurn
from agent.listen.answer import certainty
from agent.listen.endpointer import ODDS, weighed
from agent.listen.evidence import Evidence
from agent.listen.fitted import FILE, log_odds
from agent.listen.prosody import CUES, cues
from agent.listen.wording import TRAITS, traits
from agent.models.store import ModelStore
from telephony.audio import samples, samples_of

SILENCE = 0.1  # seconds of the pause that are heard
RIDGE = 3.0
SHARES = (1, 0.5, 0.5)  # of turns, of recordings as they were said and as they were heard
COMPONENTS, DEEP_RIDGE = 80, 30.0  # of Smart Turn's layer: as many as help people whom the fit has not heard
SPOKEN = 150  # turns that the shipped voice speaks
FLAT = 0.5  # weight of its sound beside people's
QUESTION_WORDS = ("what", "when", "is", "do", "does", "can", "how", "where", "are", "could", "which", "who", "why")


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
    people = kept(options.work / "people.json", lambda: listened(store, recordings, recorded))
    flat = kept(options.work / "flat.json", lambda: asyncio.run(spoken(store)))
    texts = Texts(written, recorded, spoken_as, asked)
    sounds = Sounds(people, flat, recorded)
    FILE.write_text(toml(fit(texts, sounds), origin()))


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


class Heard(msgspec.Struct):
    """How an ending sounds: `cues`, none where there is too little voice, and Smart Turn's layer."""

    over: bool
    group: str
    cues: dict[str, float]
    layer: list[float]


def listen(smart: SmartTurn, over: bool, group: str, pcm: bytes) -> Heard:
    """All that is heard in the end of a turn."""
    return Heard(over, group, cues(pcm) or {}, smart.judge(pcm).pooled.tolist())


def listened(store: ModelStore, recordings: Recordings, endings: Sequence[Ending]) -> list[Heard]:
    """How people's endings sound."""
    smart = SmartTurn.load(store.path(SMART_TURN))
    return [listen(smart, one.over, one.group, recordings.pcm(one, samples(SILENCE))) for one in endings]


async def spoken(store: ModelStore) -> list[Heard]:
    """Turns by the shipped voice: whole; cut at a pause; up to the pause, with a comma."""
    voice, rng = PiperEngine.load(store.path("piper-en-us-joe")), np.random.default_rng(SEED)
    smart = SmartTurn.load(store.path(SMART_TURN))
    text = (DATA / "turns_fit.txt").read_text().splitlines()
    lines = [line.strip() for line in text if "/" in line and not line.startswith("#")]
    found = []
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
            found.append(listen(smart, over, f"flat {number}", np.concatenate([wave, silence]).tobytes()))
    voice.close()
    return [one for one in found if one.cues]


class Texts:
    """The inputs by wording and model; the rows of the recogniser's texts are the last."""

    def __init__(
        self, written: Sequence[Ending], recorded: Sequence[Ending], heard: Sequence[Ending], asked: Mapping[str, float]
    ) -> None:
        everything = [*written, *recorded, *heard]
        self.words = np.array([[traits(ending.said)[name] for name in TRAITS] for ending in everything])
        odds = np.clip([[asked[question(ending)]] for ending in everything], *ODDS)
        self.both = np.hstack([odds, self.words])
        self.over = np.array([float(ending.over) for ending in everything])
        self.groups = [ending.group for ending in everything]
        sources = np.split(self.over, [len(written), len(written) + len(recorded)])
        self.weight = np.concatenate([share * balanced(over) for share, over in zip(SHARES, sources, strict=True)])
        ruled = [certainty(Evidence(ending.said, ending.expects, flushed=True)) for ending in heard]
        logits = held_out(self.both, self.over, self.weight, self.groups, RIDGE)[-len(heard) :]
        pairs = zip(logits, ruled, strict=True)
        self.heard = np.array([logit if sure is None else log_odds(sure) for logit, sure in pairs])


class Sounds:
    """The inputs by sound; people's rows are the first."""

    def __init__(self, people: Sequence[Any], flat: Sequence[Any], recorded: Sequence[Ending]) -> None:
        heard = [msgspec.convert(one, Heard) for one in (*people, *flat)]
        self.people = len(recorded)
        self.cues = np.array([[one.cues.get(name, 0.0) for name in CUES] for one in heard])
        self.layer = np.array([one.layer for one in heard])
        self.over = np.array([float(one.over) for one in heard])
        self.groups = [one.group for one in heard]
        self.weight = np.concatenate([balanced(self.over[: self.people]), FLAT * balanced(self.over[self.people :])])


def fit(texts: Texts, sounds: Sounds) -> dict[str, tuple[Sequence[str], Floats]]:
    """Names and numbers (bias last) of every regression."""
    plain, of_plain = standard(sounds.cues, sounds.people)
    layer, of_layer = reduced(sounds.layer, sounds.people)
    deep = np.hstack([plain, layer])
    joint, over, weight = [], [], []
    for inputs, ridge in ((plain, RIDGE), (deep, DEEP_RIDGE)):
        heard = held_out(inputs, sounds.over, sounds.weight, sounds.groups, ridge)[: sounds.people]
        pairs = zip(texts.heard, np.clip(heard, -6, 6), strict=True)
        joint += [[text, weighed(text, sound)] for text, sound in pairs]
        over += [sounds.over[: sounds.people]]
        weight += [sounds.weight[: sounds.people] / 2]
    found = regression(deep, sounds.over, sounds.weight, DEEP_RIDGE)
    bias = found[-1:]
    shallow, bias = unstandard(found[: len(CUES)], bias, of_plain)
    into, bias = unreduced(found[len(CUES) : -1], bias, of_layer)
    cue = regression(plain, sounds.over, sounds.weight, RIDGE)
    weights, cue_bias = unstandard(cue[:-1], cue[-1:], of_plain)
    return {
        "layer": ((), into),
        "words": (TRAITS, regression(texts.words, texts.over, texts.weight, RIDGE)),
        "text": (("odds", *TRAITS), regression(texts.both, texts.over, texts.weight, RIDGE)),
        "sound": (CUES, np.append(weights, cue_bias)),
        "deep": (CUES, np.append(shallow, bias)),
        "joint": (("text", "sound"), regression(np.array(joint), np.concatenate(over), np.concatenate(weight), 1.0)),
    }


def standard(inputs: Floats, count: int) -> tuple[Floats, tuple[Floats, Floats]]:
    """Inputs with the mean 0 and the deviation 1 of the first `count` rows; and these."""
    middle, size = inputs[:count].mean(0), inputs[:count].std(0) + 1e-3
    return (inputs - middle) / size, (middle, size)


def unstandard(weights: Floats, bias: Floats, of: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Weights and bias for the inputs as they were."""
    middle, size = of
    return weights / size, bias - np.sum(weights * middle / size)


def reduced(inputs: Floats, count: int) -> tuple[Floats, tuple[Floats, Floats, Floats]]:
    """The first components of standardised inputs, each with the deviation 1; and how they were made."""
    plain, (middle, size) = standard(inputs, count)
    _, values, directions = np.linalg.svd(plain[:count], full_matrices=False)
    into = directions[:COMPONENTS].T / values[:COMPONENTS] * np.sqrt(count)
    return plain @ into, (middle, size, into)


def unreduced(weights: Floats, bias: Floats, of: tuple[Floats, Floats, Floats]) -> tuple[Floats, Floats]:
    """Weights and bias for the inputs as they were."""
    middle, size, into = of
    return unstandard(into @ weights, bias, (middle, size))


def origin() -> dict[str, str]:
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
    lines = ["# Written by scripts/fit_endpointer.py: don't edit."]
    lines += ["layer = [", *_rows(numbers["layer"][1]), "]", "", "[origin]"]
    lines += [f'{name} = "{value}"' for name, value in origin.items()]
    for name, (inputs, found) in numbers.items():
        if inputs:
            lines += ["", f"[{name}]", f"bias = {found[-1]:.4f}", f"[{name}.weights]"]
            lines += [f"{each} = {weight:.4f}" for each, weight in zip(inputs, found, strict=False)]
    return "\n".join(lines) + "\n"


def _rows(values: Floats) -> list[str]:
    texts = [f"{value:.4f}" for value in values]
    return [f"  {', '.join(texts[at : at + 12])}," for at in range(0, len(texts), 12)]


if __name__ == "__main__":
    main()
