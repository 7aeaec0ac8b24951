"""Who may call, which number they called, and what is answered to the rest: before any media or reply body.

::

    peer known? ─no─► 403   draining, no agent, line full? ─yes─► 503 + Retry-After
    number known? ─no─► 404   a codec in common? ─no─► 488   else: Admitted
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import structlog

from telephony.call.destination import SIP_PORT, home_of, host_of
from telephony.call.invite import Invite
from telephony.call.number import normalise, plain
from telephony.config import Codec, LineConfig, Trunk

Network = IPv4Network | IPv6Network
LOOPBACK = Trunk(name="loopback", peers=(ip_network("127.0.0.0/8"), ip_network("::1/128")))
CATCH_ALL = "*"
DEFAULT_DIALPLAN = "default"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Admitted:
    """A call to be answered, or, with `order`, one to be placed: `caller` is whom we call then."""

    trunk: str
    caller: str
    called: str
    dialplan: str
    codecs: tuple[Codec, ...]
    home: str  # host of the SIP URIs that a transfer dials: see `telephony.call.destination`
    order: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A call to be refused with a SIP status; `key` counts it in the line's report."""

    status: int
    reason: str
    key: str
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """What the line can take right now."""

    draining: bool
    agent: bool  # one has been attached
    full: bool
    rushed: bool = False  # more calls within a second than any three conversations make


class Admission:
    """Decides on requests by the configuration. `resolve` gives the addresses of a registrar's host."""

    def __init__(self, config: LineConfig, resolve: Callable[[str], Iterable[str]] | None = None) -> None:
        self._numbers = dict(config.numbers) or {CATCH_ALL: DEFAULT_DIALPLAN}
        self._full_status = config.limits.full_status
        trunks = config.trunks or (LOOPBACK,)
        resolve = resolve or addresses_of
        self._ranges: list[tuple[Network, Trunk]] = []
        for trunk in trunks:
            for peer in trunk.peers:
                self._ranges.append((ip_network(str(peer)), trunk))
            for host in _hosts(trunk):
                self._ranges.extend((ip_network(address), trunk) for address in resolve(host))
        over_tcp = (trunk.dial_at for trunk in trunks if trunk.dial_at.endswith(";transport=tcp"))
        self._called = [ip_network(address) for dial_at in over_tcp for address in resolve(host_of(dial_at))]
        self._ranges.sort(key=lambda entry: entry[0].prefixlen, reverse=True)

    @property
    def networks(self) -> tuple[Network, ...]:
        """Every range some trunk may call from, or may end a call of ours from by a TCP connection of its own."""
        return (*(network for network, _ in self._ranges), *self._called)

    def trunk_of(self, source: str) -> Trunk | None:
        """The trunk whose narrowest range holds this address, None for a stranger."""
        try:
            address: IPv4Address | IPv6Address = ip_address(source.partition("%")[0])
        except ValueError:
            return None
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        for network, trunk in self._ranges:
            if address.version == network.version and address in network:
                return trunk
        return None

    def judge(self, invite: Invite, source: str, room: Room, port: int = SIP_PORT) -> Admitted | Refused:
        """The verdict on an INVITE outside any dialog from this address and port."""
        trunk = self.trunk_of(source)
        if trunk is None:
            return Refused(403, "Forbidden", "stranger")
        no_room = _no_room(room, self._full_status)
        if no_room is not None:
            return no_room
        called = normalise(_called(invite, trunk), trunk)
        dialplan = answering(self._numbers, called, _called(invite, trunk))
        if dialplan is None:
            return Refused(404, "Not Found", "unknown number")
        if invite.has_sdp and invite.codecs and not _common(invite.codecs, trunk.codecs):
            return Refused(488, "Not Acceptable Here", "no codec")
        home = home_of(trunk, source, port, invite.tcp)
        return Admitted(trunk.name, _caller(invite, trunk), called, dialplan, trunk.codecs, home)


def _no_room(room: Room, full_status: int) -> Refused | None:
    if room.draining:
        return Refused(503, "Shutting Down", "draining", retry_after=10)
    if not room.agent:
        return Refused(503, "Starting", "no agent", retry_after=5)
    if room.full:
        return Refused(full_status, "All Lines Busy", "busy", retry_after=5)
    if room.rushed:
        return Refused(503, "Too Many Calls", "rush", retry_after=1)
    return None


def answering(numbers: Mapping[str, str], *names: str) -> str | None:
    """The dialplan that answers the number called, by a table of called numbers: that of the first of its names that
    is listed, else the catch-all's, if there is one."""
    return listed(numbers, *names) or numbers.get(CATCH_ALL)


def listed(numbers: Mapping[str, str], *names: str) -> str | None:
    """The dialplan whose number this is, by the first of its names as it is written, else with or without a plus."""
    exact = next((numbers[name] for name in names if name in numbers), None)
    if exact is not None:
        return exact
    same = {plain(number): dialplan for number, dialplan in numbers.items()}
    return next((same[plain(name)] for name in names if plain(name) in same), None)


def addresses_of(host: str) -> list[str]:
    """Addresses of a host name; an unknown one is logged and gives none."""
    try:
        return sorted({str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)})
    except OSError as error:
        log.warning("host of a trunk is unknown: calls from it are refused", host=host, reason=str(error))
        return []


def _hosts(trunk: Trunk) -> list[str]:
    uris = [trunk.outbound_proxy] if trunk.outbound_proxy else []
    if trunk.registration is not None:
        uris.append(trunk.registration.registrar)
    return [host_of(uri) for uri in uris]


def _called(invite: Invite, trunk: Trunk) -> str:
    if trunk.called_from == "to":
        return invite.to_user
    if trunk.called_from == "diversion":
        return invite.diversion_user or invite.request_user
    return invite.request_user


def _caller(invite: Invite, trunk: Trunk) -> str:
    user = invite.asserted_user if trunk.trusted and invite.asserted_user else invite.from_user
    if invite.private or user.lower() in {"anonymous", "unknown", "restricted"}:
        return ""
    return normalise(user, trunk)


def _common(offered: frozenset[str], ours: tuple[Codec, ...]) -> bool:
    return any(f"{codec}/8000" in offered for codec in ours)
