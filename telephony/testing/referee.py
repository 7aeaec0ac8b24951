"""What a trunk does with a REFER, as far as a bot can see it (RFC 3515, RFC 3891): no caller is moved anywhere.

::

    REFER ─► 202 ─► NOTIFY 100 ─► … ─► the leg that Replaces names is ended ─► final NOTIFY ─► the caller's leg, perhaps
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

from telephony.testing.dialog import answer_to
from telephony.testing.sip import Request, Response, address_uri

if TYPE_CHECKING:
    from telephony.testing.call import Call
    from telephony.testing.user_agent import UserAgent


@dataclass
class Referee:
    """Answers every REFER with `status`; where that is 2xx, reports each of `reports`, the last as the final one, and
    does with the caller's leg what `then` says. `referred` keeps the requests."""

    status: int = 202
    reports: Sequence[int] = (100, 200)
    then: Literal["stays", "is mute", "hangs up"] = "stays"
    referred: list[Request] = field(default_factory=list)

    def answer(self, agent: UserAgent, call: Call, request: Request) -> Response:
        """The answer to a REFER in `call`; what follows it is done beside."""
        self.referred.append(request)
        if self.status < 300:
            agent.spawn(self._transfer(agent, call, request))
        return answer_to(request, self.status, "Accepted" if self.status < 300 else "Decline")

    async def _transfer(self, agent: UserAgent, call: Call, request: Request) -> None:
        for number, status in enumerate(self.reports, 1):
            final = number == len(self.reports)
            replaced = _replaced(agent, request)
            if status // 100 == 2 and replaced is not None:
                await replaced.hang_up()
            if final and self.then == "is mute":
                call.mute()
            await agent.transact(_report(call, status, final), call.dialog)
        if self.then == "hangs up":
            await call.hang_up()


def _report(call: Call, status: int, final: bool) -> Request:
    request = call.dialog.request("NOTIFY")
    request.headers.add("Event", "refer")
    request.headers.add("Subscription-State", "terminated;reason=noresource" if final else "active;expires=60")
    request.headers.add("Content-Type", "message/sipfrag;version=2.0")
    request.body = f"SIP/2.0 {status} As Scripted\r\n".encode()
    return request


def _replaced(agent: UserAgent, request: Request) -> Call | None:
    """The call that the Refer-To's Replaces names, None without one."""
    found = re.search(r"[?&]Replaces=([^&>]*)", request.headers.get("Refer-To"))
    if found is None:
        return None
    call_id, *parameters = unquote(found[1]).split(";")
    tags = dict(parameter.partition("=")[::2] for parameter in parameters)
    wanted = (call_id, tags.get("to-tag"))
    return next((call for call in agent.calls if (call.dialog.call_id, call.dialog.local_tag) == wanted), None)


def target_of(request: Request) -> str:
    """The SIP URI that a REFER asks to call, without its headers."""
    return address_uri(request.headers.get("Refer-To")).partition("?")[0]
