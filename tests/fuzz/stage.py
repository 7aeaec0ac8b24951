"""A line, an agent and a caller on one virtual loop; what all of them did wrong; and whether a call leaves anything.

What must hold at any time is noted where it is seen (`Listener`, `History`, `Faults`), and `look` asserts it. `close`
ends the call, by the caller's hanging up or by their saying nothing any more, and asserts that nothing of it is left.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec

from agent.engines.fakes import final
from agent.live import BotLine, CallEnded, CallStarted, Live, MessageTaken
from tests.fuzz.agent_process import AgentProcess, prepared, small_talk
from tests.fuzz.faults import Faults
from tests.fuzz.line import FRAME_S, TelephoneLine
from tests.fuzz.virtual_loop import VirtualLoop

SETTLES_S = 6.0  # after the end of a call: longer than any wait that a test puts somewhere
ENDS_S = 240.0  # a caller who says nothing is rid of the bot by then
_TOKEN = re.compile(r"\bzq[a-z]+\b")


def _letters(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


class Stage:
    """One example of the fuzz: make it, move it, `close` it."""

    def __init__(self, faults: Faults) -> None:
        prepared()
        gc.collect()  # files that tests before have left are none of ours, and may be closed at any moment
        self._files = _open_files()
        self._faults = faults
        self._faults.found.clear()
        self._directory = Path(tempfile.mkdtemp(prefix="offhook-fuzz-"))
        self._tokens = itertools.count()
        self._saved: dict[str, tuple[int, tuple[str, int]]] = {}  # by a word that was said once: by whom, which file
        self._sessions = 0
        self._started: Counter[str] = Counter()  # by call, of this agent process
        self._ended: Counter[str] = Counter()
        self._objections: list[str] = []
        self.loop = VirtualLoop()
        self.line = TelephoneLine(self.loop)
        self.line.history.small_talk = small_talk()
        self.agent = self._agent()
        self.loop.run_for(0.1)

    # ── moves ──────────────────────────────────────────────────────────────────────────────────────

    def rings(self) -> None:
        """Another call, once nothing of the one before is under way."""
        self._settle()
        self.line.rings()

    def says(self, words: str) -> str:
        """`words`, where {} is a word that was never said before."""
        return words.format("zq" + _letters(next(self._tokens)))

    def voice_ends(self, words: str) -> None:
        """The caller has said `words`, which the recogniser tells when it is asked."""
        if self.line.voice:
            self.agent.recognisers.script.append(self.says(words))
            self.line.voice_ends()

    def leaves_message(self) -> None:
        """The caller presses the key for it, dictates, and says yes to their number."""
        self.passes(40)
        self.line.key("1")
        self.passes(40)
        for words in ("my name is ann and my {} is broken", "yes"):
            self.line.voice_begins()
            self.passes(25)
            self.voice_ends(words)
            self.passes(110)

    def partial(self, words: str) -> None:
        """The recogniser believes that the caller is at `words`."""
        if self.agent.recogniser is not None:
            self.agent.recogniser.partial(words)

    def final(self, words: str) -> None:
        """The recogniser has come to the end of an utterance by itself."""
        recogniser = self.agent.recogniser
        if recogniser is not None:
            recogniser.tell(final(self.says(words), recogniser.at, flushed=False))

    def recogniser_fails(self) -> None:
        if self.agent.recogniser is not None:
            self.agent.recogniser.fails_next = True

    def agent_dies(self, lose: bool) -> None:
        """The process is killed; the line notices when the socket is at its end."""
        if self.agent.alive:
            self.agent.die(lose)
            self._started.clear()

    def agent_comes(self) -> None:
        """Another process, which takes over if there is one."""
        self.agent_dies(lose=False)
        self.agent = self._agent()

    def passes(self, frames: int) -> None:
        """Time."""
        if frames:
            self.loop.run_for(frames * FRAME_S)
        self.look()

    def look(self) -> None:
        """Nothing was wrong so far."""
        wrong = [*self.line.listener.objections, *self.line.history.objections, *self._objections]
        wrong += [*self.loop.faults, *self._faults.found]
        assert not wrong, "\n".join(wrong)

    # ── the end ────────────────────────────────────────────────────────────────────────────────────

    def close(self, hangs_up: bool) -> None:
        """The caller hangs up, whatever goes on; or all is well again and they say nothing any more."""
        if hangs_up:
            self.line.ends()
        else:
            self._mend()
        self._until(lambda: self.line.call is None, ENDS_S, "the call does not end")
        self._settle()
        self.agent.die(lose=False)
        self.loop.run_for(SETTLES_S)
        left = asyncio.all_tasks(self.loop)
        assert not left, f"tasks of an agent that is gone: {left}"
        self.look()

    def release(self) -> None:
        """Free what the example holds, whatever became of it."""
        self.agent.task.cancel()
        with contextlib.suppress(RuntimeError):  # a loop that never ends has been told of
            for _ in range(100):
                for task in asyncio.all_tasks(self.loop):
                    task.cancel()
                self.loop.run_for(0.1)
                if not asyncio.all_tasks(self.loop):
                    break
        self.loop.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _mend(self) -> None:
        self.line.late(0.0, 0.0, 0.0, 0.0)
        self.loop.work_waits = self.loop.work_takes = 0.0
        self.line.media = True
        self.line.held(False)
        self.line.voice_ends()
        self.line.music(False)
        if not self.agent.alive:
            self.agent_comes()
        self.agent.recognisers.late(0.0)
        self.agent.recognisers.script.clear()
        self.agent.recover()
        self.line.board.silent(False)

    def _settle(self) -> None:
        """Nothing is left of the calls so far but what the agent is made of."""
        assert self.line.call is None
        self.loop.run_for(SETTLES_S)
        self.line.history.close()
        self.look()
        agent = self.agent
        if agent.alive:
            left = {task for task in asyncio.all_tasks(self.loop) if task is not agent.task}
            assert not left, f"tasks of a call that is over: {left}"
            assert not agent.desk.sessions, f"sessions: {agent.desk.sessions}"
            assert agent.model.streaming == 0, "the model writes for a call that is over"
            assert agent.voice.busy == 0, "the voice speaks for a call that is over"
            assert all(one.closed for one in agent.recognisers.opened), "somebody listens to a call that is over"
            assert Counter(agent.model.forgotten) == self._started, (
                "the model keeps what belongs to a call that is over"
            )
            agent.presence.come()
            assert agent.presence.alone, "a call that is over is counted"
            agent.presence.go()
        assert self.line.board.calls == ()
        assert _open_files() <= self._files, "files are open"

    def _until(self, met: Callable[[], bool], seconds: float, what: str) -> None:
        for _ in range(round(seconds)):
            if met():
                return
            self.passes(round(1 / FRAME_S))
        raise AssertionError(f"{what} within {seconds:g} s")

    # ── what the agent tells ───────────────────────────────────────────────────────────────────────

    def _agent(self) -> AgentProcess:
        return AgentProcess(self.loop, self.line, self._directory / "messages", self._told)

    def _told(self, event: Live) -> None:
        match event:
            case BotLine(final=True):
                self.line.history.remembered(event)
            case MessageTaken(path=path):
                self._taken(Path(path))
            case CallStarted(call=call):
                self._started[call] += 1
                self._sessions += 1
            case CallEnded(call=call):
                self._ended[call] += 1
                if self._ended[call] > 1:
                    self._objections.append(f"{call} ended twice")

    def _taken(self, path: Path) -> None:
        text = msgspec.json.decode(path.read_bytes()).get("text", "")
        written = str(path), path.stat().st_ino  # a file that is written once more is another
        for token in _TOKEN.findall(text):
            session, before = self._saved.setdefault(token, (0, written))
            self._saved[token] = self._sessions, written
            if session == self._sessions or before != written:  # another agent may find it saved
                self._objections.append(f"the same message was saved twice: {text!r}")


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd"))
