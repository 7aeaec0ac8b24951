"""How the model is told of a reply of its own that was spoken over: as it was heard, and behind that what was not said.

In the reply's own turn, so that the prompt only grows. Measured with SmolLM2-135M on 24 greetings after a reply that
was cut: 22 answers that the fence lets pass, 24 where the note is left out, 16 where it is in the caller's next turn;
none repeats the note.
"""

from __future__ import annotations

MARK = "— (interrupted"
MOST = 12  # words of what was not said


def interrupted(heard: str, rest: str) -> str:
    """The reply of which `heard` was heard; `rest` is what is known of the rest."""
    words = rest.split()
    unsaid = " ".join(words[:MOST]) + (" …" if len(words) > MOST else "")
    return f"{heard}{MARK}, not said: {unsaid})" if words else f"{heard}{MARK})"


def as_heard(told: str) -> str:
    """What was heard of a reply that the model was told of like that, or of one that was not interrupted."""
    return told.partition(MARK)[0]
