"""A file server on loopback that understands Range, and misbehaves on demand."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Resource:
    """One file and how it is served. `cut_after` bytes of each answer the connection is dropped, `cuts` times."""

    body: bytes
    ranges: bool = True
    cut_after: int | None = None
    cuts: int = 10**9
    statuses: list[int] = field(default_factory=list)  # answered first, one a request
    stall_s: float = 0.0  # before the body
    chunk_pause_s: float = 0.0

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


@dataclass
class Asked:
    path: str
    range: str | None


class RangeServer:
    """`files` by path; `asked` is every request seen."""

    def __init__(self) -> None:
        self.files: dict[str, Resource] = {}
        self.asked: list[Asked] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                owner.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet: the tests read `asked`."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)

    def __enter__(self) -> RangeServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}{path}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        asked = request.headers.get("Range")
        self.asked.append(Asked(request.path, asked))
        resource = self.files.get(request.path)
        if resource is None or resource.statuses:
            status = resource.statuses.pop(0) if resource else 404
            request.send_response(status)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        start = self._start(resource, asked, request.headers.get("If-Range"))
        if start >= len(resource.body) > 0:
            request.send_response(416)
            request.send_header("Content-Range", f"bytes */{len(resource.body)}")
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        self._send(request, resource, start)

    def _start(self, resource: Resource, asked: str | None, condition: str | None) -> int:
        if not asked or not resource.ranges or (condition and condition != resource.etag):
            return 0
        return int(asked.removeprefix("bytes=").split("-")[0])

    def _send(self, request: BaseHTTPRequestHandler, resource: Resource, start: int) -> None:
        rest = resource.body[start:]
        request.send_response(206 if start else 200)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(resource.body) - 1}/{len(resource.body)}")
        request.send_header("Content-Length", str(len(rest)))
        request.send_header("ETag", resource.etag)
        request.end_headers()
        request.wfile.flush()
        time.sleep(resource.stall_s)
        cut = resource.cut_after is not None and resource.cuts > 0 and len(rest) > resource.cut_after
        if cut:
            resource.cuts -= 1
            rest = rest[: resource.cut_after]
        try:
            for at in range(0, len(rest), 1 << 16):
                request.wfile.write(rest[at : at + (1 << 16)])
                time.sleep(resource.chunk_pause_s)
        except OSError:
            return  # the client went away, as some tests want it to
        if cut:
            request.close_connection = True
