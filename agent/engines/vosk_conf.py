"""Vosk's endpoint rules as our installation writes them into a model's `conf/model.conf`.

Vosk 0.3.45 cannot be told its endpoint rules over the API; it reads them when the model is loaded. Whether a turn is
over is decided by the session, which flushes; an endpoint of Vosk's own in the middle of a thinking pause only
cuts the language model's context. So the rules are long: they are there for the caller who says nothing for
seconds, when a reset costs nothing and frees the decoder's lattice.

Rules as in Kaldi's online-endpoint.h: rule 1 ends on silence alone; 2, 3 and 4 on trailing silence after speech, at
falling certainty of being at a sentence's end; 5 on length alone (it cuts in the middle of a word).
"""

from __future__ import annotations

import os
from pathlib import Path

ENDPOINT_RULES = {
    "endpoint.rule1.min-trailing-silence": "5.0",
    "endpoint.rule2.min-trailing-silence": "3.0",
    "endpoint.rule3.min-trailing-silence": "3.0",
    "endpoint.rule4.min-trailing-silence": "3.0",
    "endpoint.rule5.min-utterance-length": "60.0",
}


def with_rules(conf: str) -> str:
    """The text of a `model.conf` with our endpoint rules in place of its own; other lines are kept. Idempotent."""
    kept = [line for line in conf.splitlines() if line.split("=")[0].strip().removeprefix("--") not in ENDPOINT_RULES]
    while kept and not kept[-1].strip():
        kept.pop()
    return "\n".join([*kept, *(f"--{name}={value}" for name, value in ENDPOINT_RULES.items())]) + "\n"


def write_rules(model: Path) -> None:
    """Write our endpoint rules into the model directory `model` (atomic). Raises OSError where it cannot."""
    conf = model / "conf" / "model.conf"
    ours = with_rules(conf.read_text(encoding="utf-8"))
    if ours == conf.read_text(encoding="utf-8"):
        return
    beside = conf.with_suffix(".conf.new")
    beside.write_text(ours, encoding="utf-8")
    os.replace(beside, conf)
