#!/usr/bin/env python3
"""Fits agent/reply/relevance.npz: which topic a question is for, if any.

    .venv/bin/python scripts/fit_relevance.py [--measure]

It needs jax and optax, which nothing else here does: `uv pip install jax optax` first. `--measure` needs neither.

Data: `scripts/businesses`, made-up ones, each with what an admin writes (intents and facts with examples) and what
callers ask: other ways to ask for a topic, near misses (the same subject, but nothing there answers it) and what is no
business of theirs. REPORTED are never fitted to; `--measure` tells how the shipped router does on them.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
from asked_of import asked_of, dialplan, talk
from businesses import FOLDER, Business, read

from agent.engines.contract import Embedder
from agent.engines.minilm import MiniLm
from agent.host.recalled import Recalled
from agent.models.store import ModelStore
from agent.reply.knowledge import Knowledge
from agent.reply.network import Numbers
from agent.reply.relevance import FILE, NUMBERS
from agent.reply.router import Kind, Router
from agent.reply.utterance import Utterance

EMBEDDER = "minilm-l6"
REPORTED = frozenset({"car_rental", "courier", "farm_shop", "landlord", "optician", "theater"})
KEPT_OUT = frozenset({"bicycle_workshop"})  # the phrases of tests/reply are of such a one
# Probabilities. ACTED_ON is the least of .75, .8, .85 with which, of REPORTED, at most 3% of the intents are taken for
# another and 5% of what is no business of theirs is acted on. ASKED_NEXT: after a no to what was asked back about, what
# is next from .1 on is what 12 of 33 of their callers meant; between .05 and .1 it is 2 of 14.
STATED, ACTED_ON, ASKED_BACK, ASKED_NEXT = 0.83, 0.8, 0.15, 0.1


def main() -> None:
    """Read, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measure", action="store_true")
    options = parser.parse_args()
    businesses = read()
    embedder = Recalled(MiniLm.load(ModelStore().path(EMBEDDER)), {}, 0.0)
    if not options.measure:
        write(fit([one for one in businesses if one.name not in REPORTED | KEPT_OUT], embedder))
    for told, chosen in (("fitted to", False), ("reported", True)):
        measure(told, [one for one in businesses if (one.name in REPORTED) is chosen], embedder)


def fit(businesses: Sequence[Business], embedder: Embedder) -> Numbers:
    """The numbers, from all questions of these businesses."""
    from learnt import learn  # jax, which --measure does without

    asked = [asked_of(one, businesses, embedder) for one in businesses]
    print(f"{len(asked)} businesses are read", flush=True)
    return learn(asked, talk(embedder))


def write(found: Numbers) -> None:
    """Both files."""
    arrays = {name: np.asarray(getattr(found, name)) for name in found.__struct_fields__}
    small = {name: of.astype(np.float16) if of.size > 1000 else of for name, of in arrays.items()}
    np.savez_compressed(NUMBERS, **small)
    data = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(FOLDER.glob("*.txt")))).hexdigest()
    origin = {
        "made_by": "scripts/fit_relevance.py",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "data": f"scripts/businesses; not fitted to: {', '.join(sorted(REPORTED | KEPT_OUT))}",
        "data_sha256": data,
        "numbers_sha256": hashlib.sha256(NUMBERS.read_bytes()).hexdigest(),
    }
    limits = {"stated": STATED, "acted_on": ACTED_ON, "asked_back": ASKED_BACK, "asked_next": ASKED_NEXT}
    limits |= {"embedder": f'"{EMBEDDER}"'}
    lines = [f"{name} = {value}" for name, value in limits.items()]
    lines += ["\n[origin]", *(f'{name} = "{value}"' for name, value in origin.items())]
    FILE.write_text("\n".join(["# Written by scripts/fit_relevance.py: don't edit.", *lines, ""]))


def measure(told: str, businesses: Sequence[Business], embedder: Embedder) -> None:
    """How the router takes the questions with the numbers as they are now."""
    counts, taken = Counter[str](), Counter[tuple[str, str]]()
    for business in businesses:
        plan = dialplan(business)
        router = Router(plan, Knowledge(plan), embedder)
        for kind, said, topic in business.by_kind():
            decision = router.decide(Utterance(said))
            how = {Kind.TOPIC: "answered", Kind.UNSURE: "asked back"}.get(decision.kind, "")
            counts[kind] += 1
            taken[kind, f"{how}{' wrongly' if topic and decision.name != topic else ''}" if how else "not known"] += 1
    print(f"{told}: {', '.join(one.name for one in businesses)}")
    for kind, count in counts.items():
        shares = ", ".join(f"{how} {number}" for (of, how), number in sorted(taken.items()) if of == kind)
        print(f"  {kind}: {count}; {shares}")


if __name__ == "__main__":
    main()
