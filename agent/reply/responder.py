"""What the calls of one dialplan share: a Responder a dialplan, from which each call has its Conversation."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from agent.dialplan.models import Worded
from agent.dialplan.schema import Dialplan
from agent.engines.contract import Embedder
from agent.reply.conversation import Conversation
from agent.reply.digits import MOST
from agent.reply.directory import Directory
from agent.reply.knowledge import Knowledge
from agent.reply.opening import Opening
from agent.reply.router import Router
from agent.reply.smalltalk import instruction
from agent.reply.state import State, of_known, unpack
from agent.reply.wording import INSTRUCTION

log = structlog.get_logger()


class Responder:
    """Everything about a dialplan that calls share. Building it embeds the examples (about a second). `now` is the
    local time, for answers that tell it."""

    def __init__(self, plan: Dialplan, embedder: Embedder, now: Callable[[], datetime] = datetime.now) -> None:
        self.plan = plan
        self.now = now if plan.timezone is None else partial(_local, now, ZoneInfo(plan.timezone))
        self.opening = Opening(plan.hours) if plan.hours is not None else None
        self.knowledge = Knowledge(plan)
        self.directory = Directory(plan)
        self.router = Router(plan, self.knowledge, embedder)
        self.prompt = instruction(plan.persona)
        self._flows = {flow.name: flow.digest for flow in plan.flows}
        self._menus = frozenset(menu.name for menu in plan.menus)
        self._transfers = frozenset(transfer.name for transfer in plan.transfers)
        worded = any(topic.worded is Worded.MODEL for topic in plan.topics)
        self.prompts = (self.prompt, INSTRUCTION) if worded else (self.prompt,)  # whose prefixes the model keeps

    def conversation(
        self, caller: str, checkpoint: bytes = b"", now: datetime | None = None, *, placed: bool = False
    ) -> Conversation:
        """A new conversation, or one taken up from a checkpoint. `caller`: their number or SIP user, "" if unknown;
        `placed`: the bot has called them;
        `now`: what time it is in it all the time, for tests.
        A checkpoint that can't be read (of another version) is logged, and the conversation begins anew."""
        state = State(caller=_number(caller), placed=placed)
        if checkpoint:
            try:
                state = of_known(unpack(checkpoint), self.knowledge, self._flows, self._transfers, self._menus)
            except ValueError as error:
                log.warning("checkpoint not read, the conversation begins anew", reason=str(error))
        return Conversation(self, state, self.now if now is None else lambda: now)


def _local(now: Callable[[], datetime], zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows there, without a zone."""
    return now().astimezone(zone).replace(tzinfo=None)


def _number(caller: str) -> str:
    """The caller's number where it can be called back, else ""."""
    digits = "".join(character for character in caller if character.isdigit())
    looks = re.fullmatch(r"\+?[\d\s().-]+", caller)
    return digits if looks and 3 <= len(digits) <= MOST else ""
