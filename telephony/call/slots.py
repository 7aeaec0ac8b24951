"""The stack's call slots, and who gets one: callers' calls, and the second legs of transfers. Pure.

====================  ===========================  =======================================
slots taken           a new call                   a second leg (consult, warm)
====================  ===========================  =======================================
all                   refused (`full_status`)      refused: TransferFailed(no_slot), at once
else, talking = most  refused (`full_status`)      gets one
else                  gets one                     gets one
====================  ===========================  =======================================

`talking` are conversations that are not about to end, `most` is `limits.conversations` (3 at most, of 4 slots). A slot
is taken by a call or a second leg until the answer to its BYE has come. So with three conversations one of them can
consult at a time, and with two of three consulting there is no room for a third call until one is through. A blind
transfer takes no slot. Nothing is reserved ahead: whoever asks first gets it, on the one thread that owns the stack.
"""

from __future__ import annotations

SLOTS = 4  # of the wheel


def room_for_call(taken: int, talking: int, most: int) -> bool:
    """Whether one more call can be answered."""
    return taken < SLOTS and talking < most


def room_for_leg(taken: int) -> bool:
    """Whether a transfer can call its target."""
    return taken < SLOTS
