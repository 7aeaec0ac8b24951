"""Real calls: `offhook serve` with its real models, a simulated caller, human speech from Debian's asterisk prompts."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from agent.bench.bot import Bot
from agent.bench.ears import Transcriber
from agent.models.store import ModelStore
from agent.serve.status import ask
from telephony.audio import Samples
from telephony.testing.sound_file import load as load_sound

SOUNDS = Path("/usr/share/asterisk/sounds/en")
HERE = Path(__file__).parent
LOGGED = {"OFFHOOK_AGENT_LOG_TRANSCRIPTS": "true"}  # what is said goes to the bot's log, which is the test's own


def human(name: str) -> Samples:
    """A recorded sentence at 16 kHz."""
    path = SOUNDS / f"{name}.wav"
    assert path.exists(), f"{path} is missing: apt-get install asterisk-core-sounds-en-wav"
    return load_sound(path)


def logged(bot: Bot, event: str) -> list[dict[str, Any]]:
    """The bot's log entries of one kind, in order."""
    entries = []
    for line in bot.log.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("{"):
            entry = json.loads(line)
            if entry.get("event") == event:
                entries.append(entry)
    return entries


def status(bot: Bot) -> dict[str, Any]:
    """What `offhook status --json` says."""
    found: dict[str, Any] = json.loads(ask(bot.directory / "data" / "run"))
    return found


def word_errors(expected: str, heard: str) -> int:
    """Words to insert, delete or replace to get from one to the other (Levenshtein)."""
    wanted, got = expected.split(), heard.split()
    row = list(range(len(got) + 1))
    for i, word in enumerate(wanted, start=1):
        before, row[0] = row[0], i
        for j, other in enumerate(got, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


@pytest.fixture(scope="session")
def ears() -> Transcriber:
    return Transcriber.load(ModelStore())


@pytest_asyncio.fixture
async def bot(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Bot]:
    """`offhook serve` with the test's dialplan."""
    assert sys.platform == "linux"
    environment = {**LOGGED, **getattr(request, "param", {})}
    async with Bot(tmp_path / "bot", dialplan=HERE / "exchange.yaml", environment=environment) as running:
        yield running
