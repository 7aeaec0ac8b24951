"""The stack's call slots, and who gets one: callers' calls, the second legs of transfers, and calls of the bot's own.
Pure.

====================  =======================  ============================  =======================
slots taken           a new call               a second leg (consult, warm)  a call of the bot's own
====================  =======================  ============================  =======================
all                   refused (`full_status`)  refused: no_slot, at once     refused: no_room
all but one           as below                 gets one                      refused: no_room
else, talking = most  refused (`full_status`)  gets one                      refused: no_room
talking = most - 1    gets one                 gets one                      refused: no_room
else                  gets one                 gets one                      gets one
====================  =======================  ============================  =======================

`talking` are conversations that are not about to end, with calls of the bot's own that ring; `most` is
`limits.conversations` (3 at most, of 4 slots). A slot is taken by a call or a second leg until the answer to its BYE
(or the end of its cancelled INVITE) has come, or 8 s have passed. So with three conversations one of them can consult
at a time, and with two of three consulting there is no room for a third call until one is through. A blind transfer
takes no slot. Nothing is reserved ahead: whoever asks first gets it, on the one thread that owns the stack. But a call
of the bot's own is only placed where one more caller has room beside it, and while it rings it gives way: as soon as a
caller has taken that room, it is called off.
"""

from __future__ import annotations

SLOTS = 4  # of the wheel
OUTBOUND_NEEDS = 2  # conversations, for a call of the bot's own


def room_for_call(taken: int, talking: int, most: int) -> bool:
    """Whether one more call can be answered."""
    return taken < SLOTS and talking < most


def room_for_leg(taken: int) -> bool:
    """Whether a transfer can call its target."""
    return taken < SLOTS


def room_for_order(taken: int, talking: int, most: int) -> bool:
    """Whether the bot can place a call of its own: with it, there is room for a caller."""
    return room_for_call(taken + 1, talking + 1, most)
