"""A dialog: what requests inside a call look like (RFC 3261, 12). Pure."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from telephony.testing.sip import Request, Response, address_uri, parameter, split_list


def tag() -> str:
    """A fresh From or To tag."""
    return secrets.token_hex(6)


def branch() -> str:
    """A fresh Via branch."""
    return "z9hG4bK" + secrets.token_hex(10)


@dataclass
class Dialog:
    """One side of a dialog. `local` and `remote` are From and To values with their tags."""

    call_id: str
    local: str
    remote: str
    target: str  # the peer's Contact
    routes: list[str] = field(default_factory=list)  # Route values in the order they are sent
    sequence: int = 0  # of our last request
    remote_sequence: int = -1

    @classmethod
    def of_answer(cls, invite: Request, answer: Response) -> Dialog:
        """The caller's side, from a response with a To tag."""
        contact = answer.headers.get("Contact")
        return cls(
            call_id=invite.headers.get("Call-ID"),
            local=invite.headers.get("From"),
            remote=answer.headers.get("To"),
            target=address_uri(contact) if contact else invite.uri,
            routes=answer.headers.all("Record-Route")[::-1],
            sequence=int(invite.headers.get("CSeq").split()[0]),
        )

    @classmethod
    def of_invite(cls, invite: Request, local_tag: str) -> Dialog:
        """The called side."""
        return cls(
            call_id=invite.headers.get("Call-ID"),
            local=f"{invite.headers.get('To')};tag={local_tag}",
            remote=invite.headers.get("From"),
            target=address_uri(invite.headers.get("Contact") or invite.headers.get("From")),
            routes=invite.headers.all("Record-Route"),
            remote_sequence=int(invite.headers.get("CSeq").split()[0]),
        )

    @property
    def local_tag(self) -> str:
        return parameter(self.local, "tag") or ""

    @property
    def remote_tag(self) -> str:
        return parameter(self.remote, "tag") or ""

    @property
    def next_hop(self) -> str:
        """The URI whose host is sent to: the first route, else the target."""
        return address_uri(self.routes[0]) if self.routes else self.target

    def request(self, method: str, sequence: int | None = None) -> Request:
        """The next request of this dialog, without Via and Contact. An ACK takes its INVITE's `sequence`."""
        if sequence is None:
            self.sequence += 1
            sequence = self.sequence
        request = Request(method, self.target)
        for route in self.routes:
            request.headers.add("Route", route)
        request.headers.add("From", self.local)
        request.headers.add("To", self.remote)
        request.headers.add("Call-ID", self.call_id)
        request.headers.add("CSeq", f"{sequence} {method}")
        request.headers.add("Max-Forwards", "70")
        return request

    def accepts(self, request: Request) -> bool:
        """Whether a request from the peer is new, by its CSeq; moves the target where it has a Contact."""
        number = int(request.headers.get("CSeq").split()[0])
        if number <= self.remote_sequence:
            return False
        self.remote_sequence = number
        contact = request.headers.get("Contact")
        if contact and request.method in ("INVITE", "UPDATE"):
            self.target = address_uri(split_list(contact)[0])
        return True


def answer_to(request: Request, status: int, reason: str, local_tag: str = "") -> Response:
    """A response with the headers that RFC 3261, 8.2.6 copies; `local_tag` joins a To that has none."""
    response = Response(status, reason)
    for via in request.headers.all("Via"):
        response.headers.add("Via", via)
    for route in request.headers.all("Record-Route"):
        response.headers.add("Record-Route", route)
    to = request.headers.get("To")
    if local_tag and parameter(to, "tag") is None:
        to = f"{to};tag={local_tag}"
    response.headers.add("From", request.headers.get("From"))
    response.headers.add("To", to)
    response.headers.add("Call-ID", request.headers.get("Call-ID"))
    response.headers.add("CSeq", request.headers.get("CSeq"))
    return response
