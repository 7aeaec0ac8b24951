"""One file over HTTP: resumed where the server allows it, and never half-written under its final name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Protocol

import httpx
import msgspec

CONNECT_S = 5.0
"""An address that does not answer is given up quickly: the next source is waiting."""
READ_S = 30.0
_RETRIES = 3
_RANGE = re.compile(r"^bytes (\d+)-\d+/(\d+|\*)$")


class Progress(Protocol):
    """Who is told how far a job is. `total` is 0 where it is not known."""

    def begin(self, what: str, total: int, done: int = 0) -> None: ...

    def advance(self, amount: int) -> None: ...

    def note(self, line: str) -> None:
        """One line to read: a step is over, or a source failed."""


class DownloadFailed(Exception):
    """This address did not give the file; the message says why in a few words."""


class _Mark(msgspec.Struct, frozen=True):
    """What a part file was being loaded from: another address or another version of the file starts anew."""

    url: str
    validator: str


def client() -> httpx.Client:
    """A client that follows redirects (model sites answer with one) and gives up early on dead addresses."""
    timeout = httpx.Timeout(READ_S, connect=CONNECT_S)
    return httpx.Client(follow_redirects=True, timeout=timeout, headers={"Accept-Encoding": "identity"})


def download(http: httpx.Client, url: str, target: Path, progress: Progress, expected_size: int = 0) -> None:
    """Load `url` into `target`, by way of `target` + ".part", which a later call takes up again.

    `expected_size` in bytes (0: unknown) is checked against what the server announces before anything is read. Raises
    DownloadFailed; the part file is then kept for the next attempt unless it is known to be useless.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    transfer = _Transfer(http, url, target, progress, expected_size)
    for attempt in range(1, _RETRIES + 1):
        had = _size(transfer.part)
        try:
            transfer.run()
            break
        except (httpx.ReadError, httpx.ReadTimeout, httpx.RemoteProtocolError) as error:
            # Worth another go only while bytes still come.
            if attempt == _RETRIES or _size(transfer.part) <= had:
                raise DownloadFailed(f"the connection broke off: {_reason(error)}") from error
        except httpx.HTTPError as error:
            raise DownloadFailed(_reason(error)) from error
        except OSError as error:
            raise DownloadFailed(f"cannot write {transfer.part}: {error.strerror or error}") from error
    transfer.part.replace(target)
    transfer.mark.unlink(missing_ok=True)


class _Transfer:
    """One file on its way: the part loaded so far, and the mark that says what it is a part of."""

    def __init__(self, http: httpx.Client, url: str, target: Path, progress: Progress, expected_size: int) -> None:
        self.part = target.with_name(target.name + ".part")
        self.mark = target.with_name(target.name + ".from")
        self._http = http
        self._url = url
        self._progress = progress
        self._expected = expected_size

    def run(self) -> None:
        """One request to the end. Raises httpx errors, OSError and DownloadFailed."""
        before = _mark_of(self.mark)
        had = _size(self.part) if before is not None and before.url == self._url and before.validator else 0
        headers = {"Range": f"bytes={had}-", "If-Range": before.validator} if had and before else {}
        with self._http.stream("GET", self._url, headers=headers) as answer:
            if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and headers:
                # The part is complete but was never renamed, or the file has shrunk: cheaper to load than to tell.
                self.part.unlink()
                return self.run()
            if answer.status_code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
                raise DownloadFailed(f"the server answered {answer.status_code} {answer.reason_phrase}")
            start, total = _extent(answer, had)
            if self._expected and total and total != self._expected:
                raise DownloadFailed(f"the file there has {total} bytes, {self._expected} were expected")
            self.mark.write_bytes(msgspec.json.encode(_Mark(self._url, _validator(answer))))
            self._progress.begin(f"download {self.part.stem}", total or self._expected, start)
            self._write(answer, start)
        if total and _size(self.part) != total:
            raise httpx.ReadError(f"{_size(self.part)} of {total} bytes came")
        return None

    def _write(self, answer: httpx.Response, start: int) -> None:
        with self.part.open("r+b" if start else "wb") as file:
            file.seek(start)
            for block in answer.iter_bytes():
                file.write(block)
                self._progress.advance(len(block))
            file.truncate()


def _extent(answer: httpx.Response, asked: int) -> tuple[int, int]:
    """(first byte of the answer, whole size or 0). A server that ignores Range sends it all again from 0."""
    if answer.status_code == httpx.codes.PARTIAL_CONTENT:
        found = _RANGE.match(answer.headers.get("Content-Range", ""))
        if found is None or int(found[1]) != asked:
            raise DownloadFailed("the server answered another range than was asked for")
        return asked, 0 if found[2] == "*" else int(found[2])
    return 0, int(answer.headers.get("Content-Length", 0))


def _validator(answer: httpx.Response) -> str:
    """What ties a later range to this version of the file; "" where the server names nothing strong enough."""
    etag = answer.headers.get("ETag", "")
    if etag and not etag.startswith("W/"):
        return str(etag)
    return str(answer.headers.get("Last-Modified", ""))


def _mark_of(mark: Path) -> _Mark | None:
    try:
        return msgspec.json.decode(mark.read_bytes(), type=_Mark)
    except (OSError, msgspec.DecodeError):
        return None


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _reason(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ConnectTimeout):
        return f"no connection within {CONNECT_S:.0f} s"
    if isinstance(error, httpx.ConnectError):
        return f"no connection ({error})"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
