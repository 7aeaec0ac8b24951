"""Resuming and verifying against a real HTTP server on loopback."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from agent.models.download import CONNECT_S, DownloadFailed, client, download
from tests.models.conftest import Recorded
from tests.models.range_server import RangeServer, Resource

BODY = random.Random(3).randbytes(1_500_000)


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=httpx.Timeout(1.0, connect=1.0)) as http:
        yield http


def test_whole_file(server: RangeServer, http: httpx.Client, tmp_path: Path, progress: Recorded) -> None:
    server.files["/m"] = Resource(BODY)
    download(http, server.url("/m"), tmp_path / "m", progress, len(BODY))
    assert (tmp_path / "m").read_bytes() == BODY
    assert progress.steps == [("download m", len(BODY), 0)]
    assert progress.advanced == len(BODY)
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_broken_connection_is_taken_up_where_it_stopped(
    server: RangeServer, http: httpx.Client, tmp_path: Path, progress: Recorded
) -> None:
    server.files["/m"] = Resource(BODY, cut_after=600_000, cuts=2)
    download(http, server.url("/m"), tmp_path / "m", progress)
    assert (tmp_path / "m").read_bytes() == BODY
    assert [asked.range for asked in server.asked] == [None, "bytes=600000-", "bytes=1200000-"]
    assert progress.advanced == len(BODY)  # no byte was loaded twice


def test_later_run_resumes_what_an_earlier_one_left(
    server: RangeServer, http: httpx.Client, tmp_path: Path, progress: Recorded
) -> None:
    server.files["/m"] = Resource(BODY, cut_after=400_000, cuts=1)
    with pytest.raises(DownloadFailed, match="503"):
        _fail_after_first_cut(server, http, tmp_path)
    assert not (tmp_path / "m").exists()
    download(http, server.url("/m"), tmp_path / "m", progress)
    assert (tmp_path / "m").read_bytes() == BODY
    assert server.asked[-1].range == "bytes=400000-"


def _fail_after_first_cut(server: RangeServer, http: httpx.Client, tmp_path: Path) -> None:
    resource = server.files["/m"]

    class Breaks(Recorded):
        def advance(self, amount: int) -> None:
            resource.statuses = [503]

    download(http, server.url("/m"), tmp_path / "m", Breaks())


def test_file_that_changed_meanwhile_is_loaded_anew(
    server: RangeServer, http: httpx.Client, tmp_path: Path, progress: Recorded
) -> None:
    server.files["/m"] = Resource(BODY, cut_after=400_000, cuts=1)
    with pytest.raises(DownloadFailed):
        _fail_after_first_cut(server, http, tmp_path)
    other = BODY[::-1]
    server.files["/m"] = Resource(other)
    download(http, server.url("/m"), tmp_path / "m", progress)
    assert (tmp_path / "m").read_bytes() == other


def test_part_of_another_address_is_not_continued(
    server: RangeServer, http: httpx.Client, tmp_path: Path, progress: Recorded
) -> None:
    server.files["/m"] = Resource(BODY, cut_after=400_000, cuts=1)
    with pytest.raises(DownloadFailed):
        _fail_after_first_cut(server, http, tmp_path)
    server.files["/n"] = Resource(BODY[:700_000])
    download(http, server.url("/n"), tmp_path / "m", progress)
    assert (tmp_path / "m").read_bytes() == BODY[:700_000]
    assert server.asked[-1].range is None


def test_server_without_range_sends_it_all_again(
    server: RangeServer, http: httpx.Client, tmp_path: Path, progress: Recorded
) -> None:
    server.files["/m"] = Resource(BODY, ranges=False, cut_after=400_000, cuts=1)
    download(http, server.url("/m"), tmp_path / "m", progress)
    assert (tmp_path / "m").read_bytes() == BODY
    assert progress.steps[-1][2] == 0  # the bar starts again as well


def test_server_that_always_breaks_off_is_given_up(
    server: RangeServer, http: httpx.Client, tmp_path: Path, progress: Recorded
) -> None:
    server.files["/m"] = Resource(BODY, ranges=False, cut_after=400_000)
    with pytest.raises(DownloadFailed, match="broke off"):
        download(http, server.url("/m"), tmp_path / "m", progress)
    assert not (tmp_path / "m").exists()
    assert len(server.asked) <= 3


def test_complete_part_that_was_never_renamed(
    server: RangeServer, http: httpx.Client, tmp_path: Path, progress: Recorded
) -> None:
    server.files["/m"] = Resource(BODY, cut_after=400_000, cuts=1)
    with pytest.raises(DownloadFailed):
        _fail_after_first_cut(server, http, tmp_path)
    (tmp_path / "m.part").write_bytes(BODY)  # as if killed just before the rename
    download(http, server.url("/m"), tmp_path / "m", progress)
    assert (tmp_path / "m").read_bytes() == BODY


@pytest.mark.parametrize("status", [403, 404, 500])
def test_refusal_says_the_status(
    server: RangeServer, http: httpx.Client, tmp_path: Path, progress: Recorded, status: int
) -> None:
    server.files["/m"] = Resource(BODY, statuses=[status])
    with pytest.raises(DownloadFailed, match=f"the server answered {status}"):
        download(http, server.url("/m"), tmp_path / "m", progress)
    assert list(tmp_path.iterdir()) == []


def test_other_size_than_expected_is_refused_before_reading(
    server: RangeServer, http: httpx.Client, tmp_path: Path, progress: Recorded
) -> None:
    server.files["/m"] = Resource(BODY)
    with pytest.raises(DownloadFailed, match=f"{len(BODY)} bytes, 99 were expected"):
        download(http, server.url("/m"), tmp_path / "m", progress, 99)
    assert progress.advanced == 0


def test_server_that_stalls_is_given_up(
    server: RangeServer, http: httpx.Client, tmp_path: Path, progress: Recorded
) -> None:
    server.files["/m"] = Resource(BODY, stall_s=3.0)
    with pytest.raises(DownloadFailed, match="ReadTimeout"):
        download(http, server.url("/m"), tmp_path / "m", progress)


def test_closed_port_fails_at_once(tmp_path: Path, progress: Recorded) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        began = time.monotonic()
        with client() as http, pytest.raises(DownloadFailed, match="no connection"):
            download(http, f"http://127.0.0.1:{port}/m", tmp_path / "m", progress)
    assert time.monotonic() - began < CONNECT_S
