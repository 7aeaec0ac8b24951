#!/usr/bin/env python3
"""Fits agent/listen/backchannel.toml: which words over the bot's are listening noises, by their embedding.

    .venv/bin/python scripts/fit_backchannel.py [--work DIR]
    .venv/bin/python scripts/fit_backchannel.py --hear LINES --as HEARD

Data: `scripts/interjections.txt` (by hand), and what the default recogniser writes of its lines as the shipped voice
speaks them, with noise 15 dB below, over a telephone line (10 minutes, kept in `--work`). Of a line that was misheard
as mostly other words nothing is to be learned: "how good they now" is one. The second form makes such a file of other
lines.

Method: a logistic regression with a ridge, both kinds of equal weight. The threshold is what no interruption comes up
to in folds that it was not fitted on, and MARGIN more: a listening noise that stops the bot is a nuisance, a caller who
is talked over is lost. What the phrase book or the rules of `backchannel.py` decide does not count for it, nor do
misheard lines: nothing in "well that's nice" tells that it was "well that's not".
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import hashlib
from difflib import SequenceMatcher
from pathlib import Path

import msgspec
import numpy as np
from regression import SEED, balanced, held_out, regression

from agent.bench.ears import RECOGNISER, VOICE, Transcriber
from agent.bench.endings import over_the_line
from agent.engines.minilm import MiniLm
from agent.engines.piper import PiperEngine
from agent.listen.backchannel import BEGUN, FILE, MOST, breaks_off, speaks
from agent.listen.interjection import ENGLISH, Phrase, phrase
from agent.models.store import ModelStore
from telephony.audio import SAMPLE_RATE, samples, samples_of

DATA = Path(__file__).with_name("interjections.txt")
EMBEDDER = "minilm-l6"
RIDGE = 0.3
MARGIN = 1.2  # log odds; with 0.5 one of 80 fresh lines was talked over ("i'm good on that")
HEARD = 0.5  # weight of a line as it was heard, beside 1 as it was said
ALIKE = 0.6  # of the letters of a line that was heard right enough
BEGINS = 0.9  # of the begins of listening noises that are not unlike one
SNR = 15  # dB


class Line(msgspec.Struct, frozen=True):
    """What a caller says over the bot: `noise`, a listening noise."""

    noise: bool
    said: str
    meant: str  # before it was misheard


def main() -> None:
    """Read, hear, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path("build/backchannel"))
    parser.add_argument("--hear", type=Path, metavar="LINES")
    parser.add_argument("--as", type=Path, metavar="HEARD", dest="written")
    options = parser.parse_args()
    if options.hear is not None:
        options.written.write_text(asyncio.run(hear(lines(options.hear))))
        return
    options.work.mkdir(parents=True, exist_ok=True)
    kept = options.work / "heard.txt"
    if not kept.is_file():
        kept.write_text(asyncio.run(hear(lines(DATA))))
    FILE.write_text(fit(lines(DATA), [line for line in lines(kept) if teaches(line)]))


def lines(path: Path) -> list[Line]:
    """The lines of a file: "+ words" or "- words", and behind a tab what was meant."""
    rows = [row[2:].split("\t") for row in path.read_text().splitlines() if row[:2] in ("+ ", "- ")]
    kinds = [row[0] == "+" for row in path.read_text().splitlines() if row[:2] in ("+ ", "- ")]
    return [Line(noise, row[0].strip(), row[-1].strip()) for noise, row in zip(kinds, rows, strict=True)]


async def hear(spoken: list[Line]) -> str:
    """What the recogniser makes of `spoken`, as a file; half a second of processor a line."""
    store = ModelStore()
    voice, ears, rng = PiperEngine.load(store.path(VOICE)), Transcriber.load(store), np.random.default_rng(SEED)
    found = ["# As heard, tab, as it was said. Made by scripts/fit_backchannel.py."]
    for line in spoken:
        speech = samples_of((await voice.render(line.said)).pcm).astype(np.float64)
        level = np.sqrt(np.mean(np.square(speech))) * 10 ** (-SNR / 20)
        wave = np.pad(speech, samples(0.2))
        noisy = (wave + rng.normal(0, level, len(wave))) / 32_768
        heard = ears.transcribe(over_the_line(noisy, SAMPLE_RATE))
        found.append(f"{'+' if line.noise else '-'} {heard}\t{line.said}")
    voice.close()
    return "\n".join(found) + "\n"


def teaches(line: Line) -> bool:
    """Whether something is to be learned of a line as it was heard."""
    alike = SequenceMatcher(None, line.said, line.meant).ratio() >= ALIKE
    return bool(phrase(line.said)) and line.said != line.meant and alike


def asked(words: Phrase) -> bool:
    """Whether the regression decides about `words`."""
    return ENGLISH.leaves_open(words) and len(words) <= MOST and not speaks(words) and not breaks_off(words)


def fit(said: list[Line], heard: list[Line]) -> str:
    """The file."""
    everything = [*said, *heard]
    words = [phrase(line.said) for line in everything]
    embedder = MiniLm.load(ModelStore().path(EMBEDDER))
    inputs = embedder.embed([" ".join(one) for one in words]).astype(np.float64)
    noise = np.array([float(line.noise) for line in everything])
    weight = np.array([1.0] * len(said) + [HEARD] * len(heard)) * balanced(noise)
    unseen = held_out(inputs, noise, weight, [line.meant for line in everything], RIDGE)
    deciding = np.array([asked(one) for one in words])
    speech = deciding & (noise == 0) & (np.arange(len(noise)) < len(said))
    sure = float(unseen[speech].max()) + MARGIN
    found = regression(inputs, noise, weight, RIDGE)
    begins = [
        one[:count] for one, line in zip(words, said, strict=False) if line.noise for count in range(2, BEGUN + 1)
    ]
    begun = embedder.embed([" ".join(one) for one in begins if ENGLISH.leaves_open(one)]) @ found[:-1] + found[-1]
    unlike = float(np.quantile(begun, 1 - BEGINS))
    print(f"{len(said)} lines, {len(heard)} as heard; the regression decides {deciding.sum()}")
    nearest = sorted(np.flatnonzero(speech), key=lambda at: -unseen[at])[:10]
    print("nearest to a listening noise:", [(everything[at].said, round(unseen[at], 1)) for at in nearest])
    open_ = deciding & (noise == 1) & (np.arange(len(noise)) < len(said))
    print(f"listening noises it knows: {(unseen[open_] >= sure).sum()} of {open_.sum()} that it has not seen")
    return toml(sure, unlike, found[-1], found[:-1], origin(said, heard))


def origin(said: list[Line], heard: list[Line]) -> dict[str, str]:
    """Where the numbers come from."""
    return {
        "made_by": "scripts/fit_backchannel.py",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "data": f"interjections.txt ({len(said)} lines, {len(heard)} of them as {RECOGNISER} heard {VOICE})",
        "data_sha256": hashlib.sha256(DATA.read_bytes()).hexdigest(),
        "embedder": EMBEDDER,
        "seed": str(SEED),
    }


def toml(sure: float, unlike: float, bias: float, layer: np.ndarray, origin: dict[str, str]) -> str:
    """The numbers as a file."""
    texts = [f"{value:.4f}" for value in layer]
    rows = [f"  {', '.join(texts[at : at + 12])}," for at in range(0, len(texts), 12)]
    head = ["# Written by scripts/fit_backchannel.py: don't edit."]
    head += [f"sure = {sure:.4f}", f"unlike = {unlike:.4f}", f"bias = {bias:.4f}", "layer = [", *rows, "]"]
    return "\n".join([*head, "", "[origin]", *(f'{name} = "{value}"' for name, value in origin.items())]) + "\n"


if __name__ == "__main__":
    main()
