"""What the ledger keeps of a turn: one line of `latency.jsonl`. No caller's words, no numbers."""

from __future__ import annotations

from typing import Literal

import msgspec

from agent.ledger.stages import Stage, stages
from agent.reply.reply import ModelPart, Reply, TextPart
from agent.reply.tier import Tier

Kind = Literal["stock", "rendered", "model", "strong"]


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One turn that was answered. Times are ms from the caller's last voiced sample, negative before it."""

    call: str
    turn: int  # of the call, from 1
    generation: int
    ended_ms: float  # the caller's last voiced sample, from the answer
    audible: float  # the bot's first audible sample
    marks: dict[str, float]  # see agent.ledger.stages.Mark
    route: str = ""
    kind: str = ""  # a Kind
    first: str = "answer"  # what was heard first: "answer" | "ack" | "filler"
    drafts: int = 0  # begun for this turn
    wasted: int = 0  # of them dropped
    draft_ms: float = 0.0  # that they worked, all together
    wasted_ms: float = 0.0  # that the dropped ones did
    starved: int = 0  # times that the line had nothing to play in the middle of the answer
    pauses: int = 0  # and between an acknowledgement or a filler and the answer
    heard_ms: float = 0.0  # of the reply
    why: str = ""  # how the reply ended, `telephony.messages.Why`
    written: float = 0.0  # POSIX seconds
    loop_lag_ms: float = 0.0  # worst of the agent's last second
    load: float = 0.0  # of the machine, 1 min

    @property
    def drafted(self) -> bool:
        """Whether what was said had been drafted before the turn was over."""
        return "draft" in self.marks

    @property
    def answering(self) -> bool:
        """Whether the answer itself has begun, as far as is known."""
        return self.first == "answer" or "answer" in self.marks

    @property
    def stages(self) -> tuple[Stage, ...]:
        return stages(self.marks)


def kind_of(reply: Reply) -> Kind:
    """What the reply's sound costs: rendered before the call, rendered in it, or worded by a model first."""
    if reply.tier is Tier.STRONG:
        return "strong"
    if any(isinstance(part, ModelPart) for part in reply.parts):
        return "model"
    return "rendered" if any(isinstance(part, TextPart) for part in reply.parts) else "stock"
