"""The dialplan of `offhook bench slots`: it asks for one thing after another, and tells each value that it has settled
to a tool of its own, which the bench reads in the bot's log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from agent.bench.slot_words import NOW
from agent.tools.kind import Kind

KINDS: Mapping[str, Kind] = {
    "phone": Kind.PHONE,
    "day": Kind.DATE,
    "hour": Kind.TIME,
    "mobile": Kind.PHONE,
    "born": Kind.DATE,
    "plate": Kind.CODE,
    "amount": Kind.AMOUNT,
    "agreed": Kind.YES_NO,
    "name": Kind.NAME,
}
KEYED = frozenset(slot for slot, kind in KINDS.items() if kind in (Kind.DIGITS, Kind.PHONE))  # keys can answer them
ASKS: Mapping[str, str] = {
    "phone": "What's your phone number?",
    "day": "Which day would you like to come?",
    "hour": "And at what time?",
    "mobile": "What's the number of your cell phone?",
    "born": "What's your date of birth?",
    "plate": "What's the license plate of your car?",
    "amount": "How much would you like to spend?",
    "agreed": "May we send you a reminder?",
    "name": "And what's your name?",
}
_MORE: Mapping[str, Mapping[str, Any]] = {
    "day": {"future": True},
    "hour": {"between": ["8:00", "18:00"]},
    "born": {"past": True},
}
GREETING = "Hello, this is the automated assistant of Hill Clinic."
STUCK = "I'm afraid I can't get that right on the telephone."
_NOWHERE = "http://127.0.0.1:9/"  # no tool of a bot that rehearses is run


def write(path: Path, slots: Sequence[str]) -> None:
    """Write the dialplan that asks for these, in order: all of them on the key 1, from the second on on the key 2."""
    plan = {
        "name": "Hill Clinic",
        "numbers": ["*"],
        "persona": "You are the assistant of a clinic.",
        "greeting": GREETING,
        "asking": {"working": "Okay.", "stuck": STUCK},
        "intents": [_intent(place, slot) for place, slot in enumerate(slots)],
        "slots": [{"name": slot, "kind": str(KINDS[slot]), "ask": ASKS[slot], **_MORE.get(slot, {})} for slot in slots],
        "tools": [
            {"name": f"note_{slot}", "http": {"url": _NOWHERE}, "input": {slot: str(KINDS[slot])}, "changes": False}
            for slot in slots
        ],
        "flows": [{"name": f"from_{slot}", "steps": _steps(slots[place:])} for place, slot in enumerate(slots)],
        "tests": [
            {"name": "a caller", "now": NOW.isoformat(sep=" "), "turns": [{"key": "1", "says": [ASKS[slots[0]]]}]}
        ],
    }
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(plan, file)


def _intent(place: int, slot: str) -> dict[str, Any]:
    said = f"please write down my {slot}"
    digit = str(place + 1)
    return {"name": f"take_{slot}", "examples": [said], "answer": "Sure.", "flow": f"from_{slot}", "digit": digit}


def _steps(slots: Sequence[str]) -> list[dict[str, Any]]:
    return [step for slot in slots for step in ({"ask": slot}, {"do": f"note_{slot}", "failed": {"say": "Thank you."}})]
