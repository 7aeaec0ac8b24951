"""The store's look at what is installed, and the manifest that ships."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent.errors import ModelError
from agent.models import receipt as receipts
from agent.models.manifest import Kind, parse, shipped
from agent.models.receipt import Receipt, record_tree
from agent.models.store import ModelStore, default_root


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    """A store with `smollm2-135m` in it, of a few bytes."""
    directory = tmp_path / "smollm2-135m"
    directory.mkdir()
    (directory / "SmolLM2-135M-Instruct.Q4_1.gguf").write_bytes(b"GGUF and more")
    receipts.save(
        directory,
        Receipt("smollm2-135m", "a test", "SmolLM2-135M-Instruct.Q4_1.gguf", record_tree(directory), "2025-01-01"),
    )
    return ModelStore(tmp_path)


def test_missing_model_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"not installed.*offhook models fetch piper-en-us-joe"):
        ModelStore(tmp_path).path("piper-en-us-joe")


def test_unknown_name_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model is called 'vosk'.*vosk-small-en-us"):
        ModelStore(tmp_path).path("vosk")


def test_name_cannot_leave_the_store(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model name"):
        ModelStore(tmp_path).path("../elsewhere")


@pytest.mark.parametrize("body", [b"", b"GGUF", b"GGUF and mor?", None])
def test_damage_is_seen_before_loading(store: ModelStore, body: bytes | None) -> None:
    path = store.path("smollm2-135m")
    if body is None:
        path.unlink()
    else:
        path.write_bytes(body)
    with pytest.raises(ModelError, match=r"damaged.*offhook models fetch smollm2-135m"):
        store.path("smollm2-135m")
    assert len(store.verify("smollm2-135m")) == 1


def test_verify_reads_what_the_quick_look_cannot_see(store: ModelStore) -> None:
    path = store.path("smollm2-135m")
    before = path.stat()
    path.write_bytes(b"GGUF and mor?")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert store.path("smollm2-135m") == path
    assert store.verify("smollm2-135m") == [f"{path} differs from what was installed (SHA-256)"]


def test_touched_but_intact_is_accepted_and_verify_notes_the_time(store: ModelStore) -> None:
    path = store.path("smollm2-135m")
    os.utime(path, ns=(1, 1))
    assert store.path("smollm2-135m") == path
    assert store.verify("smollm2-135m") == []
    receipt = store.installed("smollm2-135m")
    assert receipt is not None
    assert receipt.files[path.name].mtime == 1


def test_unreadable_receipt_counts_as_not_installed(store: ModelStore) -> None:
    (store.directory("smollm2-135m") / receipts.RECEIPT).write_text('{"name":')
    with pytest.raises(ModelError, match=r"not installed"):
        store.path("smollm2-135m")


def test_root_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("OFFHOOK_MODELS", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_root() == tmp_path / ".cache" / "offhook" / "models"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert default_root() == tmp_path / "xdg" / "offhook" / "models"
    monkeypatch.setenv("OFFHOOK_MODELS", str(tmp_path / "own"))
    assert default_root() == tmp_path / "own"


def test_shipped_manifest_has_a_default_of_each_kind_all_verified() -> None:
    manifest = shipped()
    assert sorted(manifest.entry(name).kind for name in manifest.defaults) == sorted(Kind)
    for name in manifest.defaults:
        entry = manifest.entry(name)
        assert not entry.unverified, name
        for source in entry.sources:
            checked = source.sha256 or all(file.sha256 for file in entry.files)
            assert checked, f"{name}: {source.label}"


def test_what_nobody_tried_is_marked_unverified() -> None:
    for name, entry in shipped().models.items():
        for source in entry.sources:
            known = source.sha256 or (entry.files and all(file.sha256 for file in entry.files))
            assert known or source.unverified, f"{name}: {source.label}"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[x", "models.toml cannot be used"),
        ('[x]\ntitle = "X"', "x.kind"),
        (
            '[x]\ntitle="X"\nkind="voice"\nlanguage="en"\nlicence="MIT"\nsize=1\nmemory=1\nsources=[{}]',
            "exactly one of url, maven, pypi",
        ),
        (
            '[x]\ntitle="X"\nkind="voice"\nlanguage="en"\nlicence="MIT"\nsize=1\nmemory=1\nsources=[{url="http://a/"}]',
            "needs the list of `files`",
        ),
        (
            '[x]\ntitle="X"\nkind="voice"\nlanguage="en"\nlicence="MIT"\nsize=1\nmemory=1\nentry="../y"\n'
            'sources=[{url="http://a"}]',
            "must stay below",
        ),
    ],
)
def test_manifest_that_cannot_be_used(text: str, complaint: str) -> None:
    with pytest.raises(ModelError, match=complaint.replace(".", r"\.")):
        parse(text)
