"""Where a transfer goes, and where it must not: a bot that dials what it is told is how toll fraud is done.

::

    "200", "+44 20 7946 0000", "front-desk"  ─► that user at the call's own trunk (`home_of`)
    "sip:200@pbx.example.com"                ─► as it is, where that is the trunk's host or among its `transfer_hosts`
    anything else                            ─► NotAllowed
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from telephony.config import Trunk
from telephony.errors import NotAllowed

SIP_PORT = 5060
_NUMBER = re.compile(r"\+?[0-9*#]{1,32}")
_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._*-]{0,63}")
_URI = re.compile(
    r"(?i:sip):(?P<user>[A-Za-z0-9+*._-]{1,64})@(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?"
    r"(?:;transport=(?:udp|tcp))?"
)


def destination(to: str, home: str, allowed: Iterable[str] = ()) -> str:
    """The SIP URI of a transfer's target. `home` is the host of the trunk's numbers, with port and transport where it
    needs them; `allowed` are the other hosts that a URI may name. Raises NotAllowed."""
    number = re.sub(r"[\s().-]", "", to)
    if _NUMBER.fullmatch(number):
        return f"sip:{number.replace('#', '%23')}@{home}"
    if _USER.fullmatch(to):
        return f"sip:{to}@{home}"
    uri = _URI.fullmatch(to.strip())
    if uri is None:
        raise NotAllowed(
            f"{to[:80]!r} is no target of a transfer: write a number (200), a user (front-desk) or a SIP URI without "
            "headers (sip:200@pbx.example.com)"
        )
    host = uri["host"].strip("[]").lower()
    if host not in {host_of(home).lower(), *(each.strip("[]").lower() for each in allowed)}:
        raise NotAllowed(f"transfers to {host} are not allowed: put it under transfer_hosts of the trunk")
    return to.strip()


def with_header(uri: str, name: str, value: str) -> str:
    """The URI with a header that whoever calls it is to put into the INVITE (RFC 3261, 19.1.1)."""
    return f"{uri}?{name}={quote(value, safe='')}"


def home_of(trunk: Trunk, source: str, port: int, tcp: bool) -> str:
    """The host (with port and transport) of the numbers that are dialled at a call's trunk: the trunk's `dial_at`,
    else its registrar, else where the call came from (over TCP: that host's usual port, as connections come from
    others)."""
    if trunk.dial_at:
        return trunk.dial_at
    if trunk.registration is not None:
        return re.sub(r"^sips?:", "", trunk.registration.registrar.strip(), flags=re.IGNORECASE).rpartition("@")[2]
    host = f"[{source.partition('%')[0]}]" if ":" in source else source
    return f"{host};transport=tcp" if tcp else f"{host}:{port}"


def host_of(uri: str) -> str:
    """The host of a SIP URI without port and parameters."""
    bare = re.sub(r"^<?sips?:", "", uri.strip(), flags=re.IGNORECASE).rpartition("@")[2]
    if bare.startswith("["):
        return bare[1:].partition("]")[0]
    return re.split(r"[:;>?]", bare, maxsplit=1)[0]
