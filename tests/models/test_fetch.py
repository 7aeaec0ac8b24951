"""Fetching into a store: sources in order, nothing half-written, trust on first use, two at a time."""

from __future__ import annotations

import hashlib
import io
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
import zipfile
from pathlib import Path

import pytest

from agent.errors import ModelError
from agent.models.fetch import Fetcher, guess_kind
from agent.models.manifest import Kind, Manifest, parse
from agent.models.store import ModelStore
from tests.models.conftest import Recorded
from tests.models.range_server import RangeServer, Resource

GGUF = b"GGUF" + random.Random(1).randbytes(300_000)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, body in members.items():
            archive.writestr(path, body)
    return out.getvalue()


def single_file(*sources: str, sha: str | None = sha256(GGUF), unverified: bool = False) -> Manifest:
    """A manifest with one GGUF model `tiny`; each source is a folder's address."""
    text = f"""
    [tiny]
    title = "Tiny"
    kind = "language-model"
    language = "en"
    licence = "Apache-2.0"
    size = {len(GGUF)}
    memory = 1
    entry = "tiny.gguf"
    [[tiny.files]]
    path = "tiny.gguf"
    {f'sha256 = "{sha}"' if sha else ""}
    """
    mark = "unverified = true" if unverified else ""
    return parse(textwrap.dedent(text) + "".join(f'[[tiny.sources]]\nurl = "{source}"\n{mark}\n' for source in sources))


def archived(url: str, body: bytes, subdir: str, extra: str = "") -> Manifest:
    return parse(f"""
[small]
title = "Small"
kind = "recogniser"
language = "en"
licence = "Apache-2.0"
size = {len(body)}
memory = 1
{extra}
[[small.sources]]
url = "{url}"
size = {len(body)}
sha256 = "{sha256(body)}"
subdir = "{subdir}"
""")


def visible(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if not path.name.startswith("."))


def test_single_file_is_installed_and_found(server: RangeServer, tmp_path: Path, progress: Recorded) -> None:
    server.files["/a/tiny.gguf"] = Resource(GGUF)
    store = ModelStore(tmp_path, single_file(server.url("/a/")))
    assert Fetcher(store, progress).fetch("tiny") is True
    assert store.path("tiny").read_bytes() == GGUF
    assert store.path("tiny").name == "tiny.gguf"
    assert Fetcher(store, progress).fetch("tiny") is False  # nothing is loaded twice
    assert len(server.asked) == 1


def test_corrupt_source_is_refused_and_the_next_one_used(
    server: RangeServer, tmp_path: Path, progress: Recorded
) -> None:
    server.files["/bad/tiny.gguf"] = Resource(GGUF[:-1] + b"?")
    server.files["/good/tiny.gguf"] = Resource(GGUF)
    store = ModelStore(tmp_path, single_file(server.url("/bad/"), server.url("/good/")))
    assert Fetcher(store, progress).fetch("tiny")
    assert store.path("tiny").read_bytes() == GGUF
    assert "SHA-256" in progress.notes[0]
    assert "/bad/" in progress.notes[0]


def test_error_names_every_source_and_why_it_failed(server: RangeServer, tmp_path: Path, progress: Recorded) -> None:
    server.files["/bad/tiny.gguf"] = Resource(GGUF[:-1] + b"?")
    dead = "http://127.0.0.1:9/"
    store = ModelStore(tmp_path, single_file(dead, server.url("/none/"), server.url("/bad/")))
    with pytest.raises(ModelError) as caught:
        Fetcher(store, progress).fetch("tiny")
    lines = str(caught.value).splitlines()
    assert lines[1].startswith(f"  {dead}: no connection")
    assert lines[2] == f"  {server.url('/none/')}: the server answered 404 Not Found"
    assert lines[3].startswith(f"  {server.url('/bad/')}: tiny.gguf has the SHA-256 ")
    assert "offhook models add tiny --path FILE" in lines[4]
    assert visible(tmp_path) == []
    assert store.names() == []


def test_archive_with_subdirectory(server: RangeServer, tmp_path: Path, progress: Recorded) -> None:
    body = zipped(**{"model-x/am/final.mdl": b"mdl", "model-x/conf/model.conf": b"--beam=10\n", "other/readme": b"no"})
    server.files["/m.zip"] = Resource(body)
    store = ModelStore(tmp_path, archived(server.url("/m.zip"), body, "model-x"))
    Fetcher(store, progress).fetch("small")
    base = store.path("small")
    assert (base / "am" / "final.mdl").read_bytes() == b"mdl"
    assert not list(base.rglob("readme"))


def test_finish_hook_of_the_recogniser_writes_its_rules(
    server: RangeServer, tmp_path: Path, progress: Recorded
) -> None:
    body = zipped(**{"m/conf/model.conf": b"--beam=10.0\n--endpoint.rule2.min-trailing-silence=0.5\n"})
    server.files["/m.zip"] = Resource(body)
    manifest = archived(server.url("/m.zip"), body, "m", 'finish = "agent.engines.vosk_conf:write_rules"')
    store = ModelStore(tmp_path, manifest)
    Fetcher(store, progress).fetch("small")
    conf = (store.path("small") / "conf" / "model.conf").read_text()
    assert "--beam=10.0" in conf
    assert "--endpoint.rule2.min-trailing-silence=0.5" not in conf
    assert conf.count("endpoint.rule2") == 1
    assert store.verify("small") == []


def test_hook_that_fails_leaves_nothing(server: RangeServer, tmp_path: Path, progress: Recorded) -> None:
    body = zipped(**{"m/readme": b"no configuration here"})
    server.files["/m.zip"] = Resource(body)
    manifest = archived(server.url("/m.zip"), body, "m", 'finish = "agent.engines.vosk_conf:write_rules"')
    with pytest.raises(ModelError, match=r"downloaded but agent.engines.vosk_conf:write_rules failed"):
        Fetcher(ModelStore(tmp_path, manifest), progress).fetch("small")
    assert visible(tmp_path) == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"not a zip at all", "no intact zip"),
        (zipped(**{"elsewhere/file": b"x"}), "holds nothing below m"),
        (zipped(**{"m/../../escaped": b"x"}), "unsafe path"),
    ],
)
def test_archive_that_is_not_what_it_should_be(
    server: RangeServer, tmp_path: Path, progress: Recorded, body: bytes, why: str
) -> None:
    server.files["/m.zip"] = Resource(body)
    store = ModelStore(tmp_path / "store", archived(server.url("/m.zip"), body, "m"))
    with pytest.raises(ModelError, match=why):
        Fetcher(store, progress).fetch("small")
    assert not (tmp_path / "escaped").exists()
    assert visible(tmp_path / "store") == []


def test_unverified_address_is_trusted_the_first_time_only(
    server: RangeServer, tmp_path: Path, progress: Recorded
) -> None:
    server.files["/u/tiny.gguf"] = Resource(GGUF)
    manifest = single_file(server.url("/u/"), sha=None, unverified=True)
    store = ModelStore(tmp_path, manifest)
    assert manifest.entry("tiny").unverified
    Fetcher(store, progress).fetch("tiny")
    receipt = store.installed("tiny")
    assert receipt is not None
    assert receipt.believed

    store.path("tiny").unlink()
    server.files["/u/tiny.gguf"] = Resource(GGUF[::-1])
    with pytest.raises(ModelError, match=f"the first download had {sha256(GGUF)}"):
        Fetcher(store, progress).fetch("tiny")

    server.files["/u/tiny.gguf"] = Resource(GGUF)
    assert Fetcher(store, progress).fetch("tiny")


def test_two_fetchers_load_once(server: RangeServer, tmp_path: Path) -> None:
    server.files["/a/tiny.gguf"] = Resource(GGUF, chunk_pause_s=0.1)
    manifest = single_file(server.url("/a/"))
    results: list[bool] = []
    threads = [
        threading.Thread(
            target=lambda: results.append(Fetcher(ModelStore(tmp_path, manifest), Recorded()).fetch("tiny"))
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == [False, True]
    assert len(server.asked) == 1


def test_killed_fetcher_leaves_no_lock_and_no_half_model(
    server: RangeServer, tmp_path: Path, progress: Recorded
) -> None:
    server.files["/a/tiny.gguf"] = Resource(GGUF, chunk_pause_s=0.4)
    url = server.url("/a/")
    code = f"""
from pathlib import Path
from agent.models.fetch import Fetcher
from agent.models.store import ModelStore
from tests.models.conftest import Recorded
from tests.models.test_fetch import single_file
Fetcher(ModelStore(Path({str(tmp_path)!r}), single_file({url!r})), Recorded()).fetch("tiny")
"""
    child = subprocess.Popen([sys.executable, "-c", code])
    part = tmp_path / ".parts" / "tiny" / "tiny.gguf.part"
    limit = time.monotonic() + 30
    while time.monotonic() < limit and not (part.exists() and part.stat().st_size > 60_000):
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    had = part.stat().st_size
    assert 0 < had < len(GGUF)
    assert visible(tmp_path) == []

    server.files["/a/tiny.gguf"].chunk_pause_s = 0.0
    store = ModelStore(tmp_path, single_file(url))
    assert Fetcher(store, progress).fetch("tiny")
    assert server.asked[-1].range == f"bytes={had}-"
    assert store.path("tiny").read_bytes() == GGUF


def test_damaged_model_is_fetched_again(server: RangeServer, tmp_path: Path, progress: Recorded) -> None:
    server.files["/a/tiny.gguf"] = Resource(GGUF)
    store = ModelStore(tmp_path, single_file(server.url("/a/")))
    Fetcher(store, progress).fetch("tiny")
    store.path("tiny").write_bytes(b"ruined")
    assert Fetcher(store, progress).fetch("tiny") is True
    assert store.path("tiny").read_bytes() == GGUF


def installed_in_an_older_layout(server: RangeServer, tmp_path: Path, progress: Recorded) -> ModelStore:
    """A store whose manifest lays its model out otherwise than the one it was fetched by."""
    server.files["/a/tiny.gguf"] = Resource(GGUF)
    manifest = single_file(server.url("/a/"))
    Fetcher(ModelStore(tmp_path, manifest), progress).fetch("tiny")
    entry = manifest.models["tiny"].model_copy(update={"entry": ""})
    return ModelStore(tmp_path, manifest.model_copy(update={"models": {"tiny": entry}}))


def test_model_that_the_manifest_lays_out_otherwise_today_is_fetched_again(
    server: RangeServer, tmp_path: Path, progress: Recorded
) -> None:
    other = installed_in_an_older_layout(server, tmp_path, progress)
    assert Fetcher(other, progress).fetch("tiny") is True
    assert Fetcher(other, progress).fetch("tiny") is False


def test_model_in_an_older_layout_stays_where_no_source_has_it_any_more(
    server: RangeServer, tmp_path: Path, progress: Recorded
) -> None:
    store = installed_in_an_older_layout(server, tmp_path, progress)
    del server.files["/a/tiny.gguf"]
    assert Fetcher(store, progress).fetch("tiny") is False
    assert store.path("tiny").read_bytes() == GGUF
    assert any("older layout" in note for note in progress.notes)


def test_no_room_is_said_before_loading(server: RangeServer, tmp_path: Path, progress: Recorded) -> None:
    text = single_file(server.url("/a/")).model_dump(mode="json")
    text["models"]["tiny"]["size"] = 10**18
    store = ModelStore(tmp_path, Manifest.model_validate(text))
    with pytest.raises(ModelError, match="GB free, the model 'tiny' needs"):
        Fetcher(store, progress).fetch("tiny")
    assert server.asked == []


def test_store_that_cannot_be_written(tmp_path: Path, progress: Recorded) -> None:
    (tmp_path / "file").write_text("in the way")
    store = ModelStore(tmp_path / "file", single_file("http://127.0.0.1:9/"))
    with pytest.raises(ModelError, match="OFFHOOK_MODELS"):
        Fetcher(store, progress).fetch("tiny")


def test_own_model_stays_where_it_is(tmp_path: Path, progress: Recorded) -> None:
    own = tmp_path / "elsewhere" / "mine.gguf"
    own.parent.mkdir()
    own.write_bytes(GGUF)
    store = ModelStore(tmp_path / "store")
    receipt = Fetcher(store, progress).add("mine", own)
    assert receipt.kind == Kind.LANGUAGE_MODEL
    assert store.path("mine") == own
    assert store.names() == ["mine"]
    own.write_bytes(GGUF[::-1])
    with pytest.raises(ModelError, match=r"damaged.*offhook models add mine --path FILE"):
        store.path("mine")


def test_own_model_that_cannot_be_one(tmp_path: Path, progress: Recorded) -> None:
    store = ModelStore(tmp_path / "store")
    with pytest.raises(ModelError, match="there is no"):
        Fetcher(store, progress).add("mine", tmp_path / "none.gguf")
    (tmp_path / "x.bin").write_bytes(b"x")
    with pytest.raises(ModelError, match="--kind"):
        Fetcher(store, progress).add("mine", tmp_path / "x.bin")
    with pytest.raises(ModelError, match="no model name"):
        Fetcher(store, progress).add("../mine", tmp_path / "x.bin")
    (tmp_path / "am").mkdir()
    (tmp_path / "am" / "final.mdl").write_bytes(b"m")
    assert guess_kind(tmp_path) == Kind.RECOGNISER
