"""Digest authentication of a request (RFC 2617 with MD5, RFC 8760 with SHA-256): the client's half, pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from telephony.errors import SipError

_HASHES: dict[str, Callable[[bytes], str]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
}


class UnusableChallenge(SipError):
    """A challenge that we cannot answer; says why."""


def parameters(challenge: str) -> dict[str, str]:
    """The parameters of a WWW-Authenticate value, names in lower case, quotes taken off."""
    scheme, _, rest = challenge.strip().partition(" ")
    if scheme.lower() != "digest":
        raise UnusableChallenge(f"the peer asks for {scheme or 'nothing'} authentication; only Digest is known")
    pairs = re.findall(r'([\w-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s,"]+))', rest)
    return {name.lower(): quoted or bare for name, quoted, bare in pairs}


def authorization(
    challenge: str, method: str, uri: str, *, username: str, password: str, cnonce: str, count: int = 1
) -> str:
    """The Authorization value that answers `challenge`; `count` is how often its nonce was used, this one included."""
    asked = parameters(challenge)
    if "realm" not in asked or "nonce" not in asked:
        raise UnusableChallenge("the Digest challenge has no realm or no nonce")
    algorithm = asked.get("algorithm", "MD5")
    digest = _HASHES.get(algorithm.upper())
    if digest is None:
        raise UnusableChallenge(f"digest algorithm {algorithm} is not known; MD5 and SHA-256 are")
    kinds = [kind.strip().lower() for kind in asked.get("qop", "").split(",") if kind.strip()]
    if kinds and "auth" not in kinds:
        raise UnusableChallenge(f"digest qop {asked['qop']} is not known; auth is")
    secret = digest(f"{username}:{asked['realm']}:{password}".encode())
    target = digest(f"{method}:{uri}".encode())
    uses = f"{count:08x}"
    middle = f"{asked['nonce']}:{uses}:{cnonce}:auth" if kinds else asked["nonce"]
    answer = digest(f"{secret}:{middle}:{target}".encode())
    parts = [f'username="{username}"', f'realm="{asked["realm"]}"', f'nonce="{asked["nonce"]}"', f'uri="{uri}"']
    parts += [f'response="{answer}"', f"algorithm={algorithm}"]
    if "opaque" in asked:
        parts.append(f'opaque="{asked["opaque"]}"')
    if kinds:
        parts += ["qop=auth", f"nc={uses}", f'cnonce="{cnonce}"']
    return "Digest " + ", ".join(parts)
