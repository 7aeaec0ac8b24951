"""What a running offhook tells whoever connects to one of its sockets."""

from __future__ import annotations

import socket
from pathlib import Path

from agent.errors import AgentError


def told(path: Path, patience_s: float) -> bytes:
    """All that comes from the socket at `path`, waiting `patience_s` for each piece of it. Raises AgentError when
    nobody is there."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(patience_s)
        try:
            sock.connect(str(path))
            chunks = []
            while chunk := sock.recv(65_536):
                chunks.append(chunk)
        except OSError as error:
            why = error.strerror or error
            raise AgentError(f"no offhook answers in {path.parent}: {why}. Start one: offhook serve") from None
    return b"".join(chunks)
