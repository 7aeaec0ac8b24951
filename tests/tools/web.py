"""A real HTTP server on loopback, in a thread, that answers as a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, Mapping[str, str], bytes]


class Web:
    """`script` are the answers, in turn; the last is kept. `requests` are method, path, headers and body of each."""

    def __init__(self) -> None:
        self.script: list[Answer] = [(200, {}, b"{}")]
        self.requests: list[tuple[str, str, Mapping[str, str], Any]] = []
        self.hold = threading.Event()  # until it is set, nothing is answered
        self.hold.set()
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                web.answer(self)

            do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815 - the library's names

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def says(self, *answers: Answer | dict[str, object]) -> None:
        """Sets the script."""
        self.script = [one if isinstance(one, tuple) else (200, {}, json.dumps(one).encode()) for one in answers]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length", 0))
        body = json.loads(handler.rfile.read(length)) if length else None
        self.requests.append((handler.command, handler.path, dict(handler.headers), body))
        status, headers, data = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        self.hold.wait(30)
        if status == 0:
            handler.close_connection = True
            return
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)

    @contextmanager
    def serving(self) -> Iterator[Web]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.hold.set()
            self._server.shutdown()
            self._server.server_close()
