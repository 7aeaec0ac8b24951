"""What the line does with each request that belongs to no dialog, before it costs a call slot.

Strangers are refused or ignored here, statelessly: an INVITE gets 403, anything else no answer, so that scanners
learn nothing. A call that is admitted is remembered by its Call-ID until the stack hands it over in the same pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import structlog

from telephony.call.admission import Admission, Admitted, Room
from telephony.call.invite import read
from telephony.line.native import Request, Response

NAMED = 100  # refusals of a kind that are logged one by one; then one in so many
STRANGERS_NAMED = 1_000  # addresses that get a line of their own in the log

log = structlog.get_logger()


class Gate:
    """Screens requests; `room` tells what the line can take right now, `answer_as` is told whose call comes next."""

    def __init__(self, admission: Admission, room: Callable[[], Room], answer_as: Callable[[str], None]) -> None:
        self.refused: Counter[str] = Counter()
        self._admission = admission
        self._room = room
        self._answer_as = answer_as
        self._named: set[str] = set()
        self._admitted: tuple[str, Admitted] | None = None
        self._proof: tuple[str, int] | None = None
        self.proven = False

    def expect_proof(self, source: tuple[str, int] | None) -> None:
        """A request from this address and port is our own, sent to check the structures."""
        self._proof = source

    def decide(self, request: Request) -> Response | bool:
        """The verdict on a request outside of any dialog."""
        if self._proof is not None and (request.source, request.port) == self._proof:
            self.proven = self.proven or request.text.startswith("OPTIONS sip:proof@")
            return False
        if request.text.startswith("INVITE"):
            return self._decide_invite(request)
        if request.text.startswith("ACK"):
            return False  # of a refusal: nothing waits for it
        if self._admission.trunk_of(request.source) is None:
            self._stranger(request)
            return False
        return True

    def take(self, call_id: str) -> Admitted | None:
        """The verdict for the INVITE that the stack now reports."""
        admitted, self._admitted = self._admitted, None
        if admitted is None or admitted[0] != call_id:
            return None
        return admitted[1]

    def _decide_invite(self, request: Request) -> Response | bool:
        invite = read(request.text)
        verdict = self._admission.judge(invite, request.source, self._room(), request.port)
        if isinstance(verdict, Admitted):
            self._admitted = (invite.call_id, verdict)
            self._answer_as(verdict.trunk)
            return True
        if verdict.key == "stranger":
            self._stranger(request)
        else:
            self.refused[verdict.key] += 1
            if self.refused[verdict.key] > NAMED and self.refused[verdict.key] % NAMED:
                return Response(verdict.status, verdict.reason, verdict.retry_after)
            log.warning(
                "call refused",
                status=verdict.status,
                why=verdict.key,
                count=self.refused[verdict.key],
                source=request.source,
                sip_call_id=invite.call_id[:80],
                called=invite.request_user[:40],
            )
        return Response(verdict.status, verdict.reason, verdict.retry_after)

    def _stranger(self, request: Request) -> None:
        self.refused["stranger"] += 1
        if request.source not in self._named and len(self._named) < STRANGERS_NAMED:
            self._named.add(request.source)
            log.warning(
                "request from an address that no trunk names is refused; more of them are only counted",
                source=request.source,
                method=request.text.partition(" ")[0][:16],
            )
