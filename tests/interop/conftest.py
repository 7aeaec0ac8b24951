"""One Asterisk for the session; a fresh line process for each test."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from . import chroot, ports
from .asterisk import Asterisk
from .stage import Stage, stage


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.interop)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Build the chroot before the tests, whose time limits are not meant for it, with its progress on the terminal."""
    if session.config.option.collectonly or not any(item.get_closest_marker("interop") for item in session.items):
        return
    capture = session.config.pluginmanager.getplugin("capturemanager")

    def say(line: str) -> None:
        with capture.global_and_fixture_disabled():
            print(line, file=sys.stderr, flush=True)

    with contextlib.suppress(chroot.PeerError):  # said by the fixture, to the tests that need it
        chroot.ensure(say)


@pytest.fixture(scope="session")
def system() -> Path:
    """The chroot."""
    return chroot.ensure(print)


@pytest.fixture(scope="session")
def asterisk(system: Path) -> Iterator[Asterisk]:
    with Asterisk(system, ports.find()) as running:
        yield running


@pytest.fixture
def run_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Short enough a path for Unix sockets."""
    return tmp_path_factory.mktemp("run")


@pytest.fixture
async def on_stage(asterisk: Asterisk, run_dir: Path) -> AsyncIterator[Stage]:
    """The usual one: Asterisk as a static trunk by the name of "pbx"."""
    async with stage(asterisk, run_dir) as everything:
        yield everything
