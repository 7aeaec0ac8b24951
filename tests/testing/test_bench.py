"""The bench's own parts: what it reads from /proc, how it judges, and a bot that does not come up."""

import asyncio
import json
import os
import socket
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from agent.bench.asking import is_answer
from agent.bench.bot import Bot, BotFailed, free_ports
from agent.bench.ears import CallerVoice, Transcriber, pieces
from agent.bench.figures import Figure, Run, as_json, percentiles, show
from agent.bench.machine import Stopwatch, describe
from agent.bench.processes import Watch, tree, usage
from agent.engines.fakes import FakeRecogniserEngine, FakeVoice
from telephony.testing.echo_peer import tone
from telephony.testing.media_thread import Lateness


def test_usage_counts_threads_sockets_and_children() -> None:
    before = usage(os.getpid())
    stop = threading.Event()
    threads = [threading.Thread(target=stop.wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        with socket.socket(), socket.socket():
            during = usage(os.getpid())
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert during.threads == before.threads + 3
    assert during.sockets == before.sockets + 2
    assert 10 < during.pss_mb <= during.rss_mb


async def test_a_tree_holds_grandchildren_and_forgets_the_dead() -> None:
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdin=asyncio.subprocess.PIPE)
    async with Watch(process.pid, every_s=0.05) as watch:
        for _ in range(200):
            await asyncio.sleep(0.05)
            if len(tree(process.pid)) == 2:
                break
        await asyncio.sleep(0.3)
    assert len(tree(process.pid)) == 2
    assert watch.peak.processes == 2
    assert process.stdin is not None
    process.stdin.write(b"\n")
    process.stdin.close()
    await asyncio.wait_for(process.wait(), 30)
    assert usage(process.pid).processes == 0


def test_figures_are_judged_by_their_limits(capsys: pytest.CaptureFixture[str]) -> None:
    figures = (
        percentiles("greeting", [100.0, 110.0, 180.0], limit=150),
        percentiles("reply", [], limit=1200),
        Figure("calls lost", 0, "", 0, 200),
        Figure("CPU", 0.5, "cores"),
    )
    assert [figure.ok for figure in figures] == [False, False, True, None]
    run = Run("line", describe(), Stopwatch().harness(Lateness(10, 0.1, 0.2, 0.3)), figures, ("call 7: 503",))
    assert not run.ok
    decoded = json.loads(as_json(run))
    assert decoded["ok"] is False
    assert [figure["ok"] for figure in decoded["figures"]] == [False, False, True, None]
    assert decoded["figures"][1]["value"] is None
    show(run, Console(width=200))
    output = capsys.readouterr().out
    assert "missed" in output
    assert "call 7: 503" in output
    assert Run("line", describe(), None, figures[2:]).ok


def test_an_answer_is_known_through_the_recognisers_mistakes() -> None:
    answer = "We're open Monday to Friday from nine to six."
    assert is_answer("we're open monday two friday from nine to six", answer)
    assert not is_answer("sorry i didn't catch that could you say it again", answer)
    assert not is_answer("", answer)


def test_long_sound_is_cut_in_its_pauses_and_nothing_is_lost() -> None:
    sound = tone(300, 25_000)
    for second in (7, 13, 20):
        sound[second * 16_000 : second * 16_000 + 4_800] = 0
    cut = pieces(sound)
    assert (np.concatenate(cut) == sound).all()
    assert all(len(piece) <= 9 * 16_000 for piece in cut)
    assert [len(piece) // 16_000 for piece in cut[:2]] == [7, 6]
    assert pieces(sound[:0]) == []


async def test_the_callers_voice_is_higher_than_the_bots() -> None:
    spoken = await FakeVoice().render("one two three")
    said = await CallerVoice(FakeVoice()).say("one two three")
    assert len(said) == pytest.approx(len(spoken.pcm) / 2 / 1.15, rel=0.01)


def test_a_transcript_joins_its_pieces() -> None:
    engine = FakeRecogniserEngine(["hello", "there", "world"])
    assert Transcriber(engine).transcribe(tone(300, 25_000)) == "hello there world"


async def test_a_bot_that_does_not_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    plan = tmp_path / "broken.yaml"
    plan.write_text("greeting: [")
    with pytest.raises(BotFailed, match=r"before it was ready:\n(.|\n)*broken.yaml"):
        async with Bot(tmp_path / "data", dialplan=plan):
            pytest.fail("it came up")


def test_no_free_port_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.bench.bot._is_free", lambda port: False)
    with pytest.raises(BotFailed, match="no free SIP ports between 16100 and 16900; end what uses them"):
        free_ports(2)


def test_free_ports_are_free_together() -> None:
    """A port that one of two lines could not have rules the pair out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        first = free_ports(2)
        taken.bind(("127.0.0.1", first + 1))
        assert first not in {free_ports(2) for _ in range(100)}
