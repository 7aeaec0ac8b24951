"""What is wrong with the far sides that a dialplan names: addresses, headers and secrets."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from agent.dialplan.document import Document
from agent.dialplan.located import Path, Value

_SECRET = ("authorization", "cookie", "token", "secret", "password", "api-key", "apikey")
_NEAR = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


def check_remote(document: Document, here: Path, section: Mapping[str, Value]) -> None:
    """Adds what it finds in a section with `url`, `headers` and `secret_headers` to the document's findings."""
    check_address(document, (*here, "url"), section.get("url"))
    headers = section.get("headers")
    for name in headers if isinstance(headers, dict) else ():
        if any(word in name.lower() for word in _SECRET):
            what = f'a secret has no place in this file; move "{name}" under "secret_headers", with "env" or "file"'
            document.note((*here, "headers", name), what, key=True)
    secrets = section.get("secret_headers")
    for name, secret in secrets.items() if isinstance(secrets, dict) else ():
        check_secret(document, (*here, "secret_headers", name), secret)


def check_secret(document: Document, here: Path, secret: Value) -> None:
    """Adds what is wrong with where a secret is."""
    if isinstance(secret, str):
        what = "a secret has no place in this file; write {env: NAME} or {file: PATH} instead, and change the secret"
        document.note(here, what)
    if not isinstance(secret, dict):
        return
    given = [key for key in ("env", "file") if secret.get(key) is not None]
    if len(given) != 1:
        document.note(here, 'a secret is in one place; write "env" and the name of a variable, or "file" and a path')
    file = secret.get("file")
    if isinstance(file, str) and not file.startswith(("/", "~/")):
        document.note((*here, "file"), f'"{file}" must be a path from "/" or "~/" on; write it in full')


def host_of(url: str) -> str:
    """The host of an address; "" where there is none."""
    parts = _parts(url.strip())
    return (parts.hostname or "") if parts is not None else ""


def is_near(host: str) -> bool:
    """Whether a host is this machine or in a private network, as far as its name tells."""
    try:
        address = ip_address(host)
    except ValueError:
        return "." not in host or host.lower().endswith(_NEAR)
    return address.is_loopback or address.is_private or address.is_link_local


def check_address(document: Document, here: Path, url: Value) -> None:
    """Adds what is wrong with the address of a service."""
    if not isinstance(url, str) or not url.strip():
        return
    url = url.strip()
    parts = _parts(url)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        document.note(here, f'"{url}" is no address of a service; write one that begins with "https://"')
    elif parts.password or parts.username:
        what = 'a user and a password have no place in an address; put an "Authorization" under "secret_headers"'
        document.note(here, what)
    elif parts.scheme == "http" and not is_near(parts.hostname):
        what = f'what callers say would go to "{parts.hostname}" in clear; write "https://"'
        document.note(here, what, warning=True)


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # of which a bad one raises
    except ValueError:
        return None
    return None if any(character.isspace() for character in url) else parts
