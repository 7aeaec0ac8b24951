"""A registrar with digest authentication (RFC 2617, MD5), small enough to be read."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets

Address = tuple[str, int]


class Registrar(asyncio.DatagramProtocol):
    """Knows one user. `bindings` are the contacts of accepted REGISTERs with their expiry, in order. `seen_as` is the
    address of a NAT that requests seem to come from (RFC 3581)."""

    def __init__(self, username: str, password: str, realm: str = "pbx", seen_as: Address | None = None) -> None:
        self._seen_as = seen_as
        self._user, self._password, self._realm = username, password, realm
        self._nonce = secrets.token_hex(8)
        self.bindings: list[tuple[str, int]] = []
        self.requests: list[str] = []

    async def start(self) -> int:
        """Listen on a free UDP port of the loopback; returns it."""
        loop = asyncio.get_running_loop()
        self.transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        port: int = self.transport.get_extra_info("sockname")[1]
        return port

    def close(self) -> None:
        self.transport.close()

    def datagram_received(self, data: bytes, addr: Address) -> None:
        message = data.decode("utf-8", "replace")
        if not message.startswith("REGISTER"):
            return
        self.requests.append(message)
        given = dict(re.findall(r'(\w+)="?([^",]+)"?', self._header(message, "Authorization")))
        if not given:
            challenge = f'WWW-Authenticate: Digest realm="{self._realm}", nonce="{self._nonce}", algorithm=MD5\r\n'
            self._answer(message, addr, "401 Unauthorized", challenge)
        elif given.get("response") != self._expected(given.get("uri", "")):
            self._answer(message, addr, "403 Forbidden", "")
        else:
            contact = self._header(message, "Contact")
            expires = int(self._header(message, "Expires") or "0")
            self.bindings.append((contact, expires))
            self._answer(message, addr, "200 OK", f"Contact: {contact};expires={expires}\r\nExpires: {expires}\r\n")

    def _expected(self, uri: str) -> str:
        first = hashlib.md5(f"{self._user}:{self._realm}:{self._password}".encode()).hexdigest()
        second = hashlib.md5(f"REGISTER:{uri}".encode()).hexdigest()
        return hashlib.md5(f"{first}:{self._nonce}:{second}".encode()).hexdigest()

    def _answer(self, request: str, to: Address, status: str, headers: str) -> None:
        kept = [line for line in request.split("\r\n") if re.match("(Via|From|Call-ID|CSeq):", line)]
        text = f"SIP/2.0 {status}\r\n" + "\r\n".join(kept)
        if self._seen_as is not None:
            text = text.replace(";rport", f";received={self._seen_as[0]};rport={self._seen_as[1]}", 1)
        text += f"\r\nTo: {self._header(request, 'To')};tag=r\r\n{headers}Content-Length: 0\r\n\r\n"
        self.transport.sendto(text.encode(), to)

    @staticmethod
    def _header(message: str, name: str) -> str:
        found = re.search(rf"^{name}:\s*(.*?)\r$", message, re.MULTILINE)
        return found[1] if found else ""
