"""The cancellation cascade under every order of events: speech, words, keys, hold, hang-up, slow and failing engines,
late messages, an agent that dies. The line and the agent are the real ones; sockets, SIP, threads and models are not
there, and neither is time (`virtual_loop`).

    never two generations audible; nothing of one that was dropped; what is remembered is what the frames had
    every side effect at most once; the call always ends; nothing of it is left: no task, no stream, no file

    OFFHOOK_FUZZ_STEPS   steps in all (10,000)
    OFFHOOK_FUZZ_SEED    the seed that a failure printed, to see the same again; "random": another one every time
"""

from __future__ import annotations

import itertools
import os
import secrets
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from telephony.messages import ToneKind
from tests.fuzz.faults import Faults, caught
from tests.fuzz.stage import Stage

STEPS = int(os.environ.get("OFFHOOK_FUZZ_STEPS", "10000"))
_GIVEN = os.environ.get("OFFHOOK_FUZZ_SEED", "1")
SEED = secrets.randbelow(2**32) if _GIVEN == "random" else int(_GIVEN)
STEPS_EACH = 100

WORDS = (
    "", "the", "yes", "no", "yeah", "okay right", "that makes sense", "stop", "no wait stop please", "go on", "goodbye",
    "repeat that",
    "what are your opening hours", "what number am i calling from", "how are you", "i would like to leave a message",
    "my name is ann and my {} is broken", "do you sell {} in purple", "five five five one two three four",
)  # fmt: skip
LONG = (
    "what number am i calling from",
    "how are you",
    "what are your opening hours",
    "i would like to leave a message",
)
MACHINES = (
    "hi ann is not available please leave a message after the tone",
    "this is an automated assistant for parking press one for hours press two",
    "your call is important to us please stay on the line",
)
tones = st.sampled_from([ToneKind.BEEP, ToneKind.BEEP, ToneKind.CNG])
words = st.sampled_from(WORDS + LONG + LONG)  # what brings about replies that there is something to do to
heard_so_far = st.sampled_from([text for text in WORDS if "{" not in text])
gap = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 5, 15])  # frames
late = st.sampled_from([0.0, 0.0, 0.003, 0.03, 0.15, 0.6])  # s


class Cascade(RuleBasedStateMachine):
    """One caller, who calls again when a call is over."""

    faults: ClassVar[Faults]
    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage(self.faults)
        self._failed = False
        self._hangs_up = True
        self._since = 0  # steps since the call began

    def _do(self, move: Callable[..., Any], *arguments: Any, then: int = 0) -> None:
        Cascade.steps += 1
        self._since += 1
        try:
            move(*arguments)
            self.stage.passes(then)
        except BaseException:
            self._failed = True
            raise

    @property
    def up(self) -> bool:
        return self.stage.line.call is not None

    @initialize(
        then=gap,
        hangs_up=st.sampled_from([True] * 11 + [False]),
        lates=st.lists(late, min_size=4, max_size=4),
        work=late,
        message=st.sampled_from([False, False, True]),
    )
    def a_call_comes(self, then: int, hangs_up: bool, lates: list[float], work: float, message: bool) -> None:
        self._hangs_up = hangs_up
        self.stage.line.late(*lates)
        self.stage.loop.work_takes = work
        self._do(self.stage.rings, then=then)
        if message:
            self._do(self.stage.leaves_message)

    @precondition(lambda self: not self.up)
    @rule(then=gap)
    def another_call_comes(self, then: int) -> None:
        self._since = 0
        self._do(self.stage.rings, then=then)

    # ── the caller ─────────────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: self.up)
    @rule(then=gap)
    def voice_begins(self, then: int) -> None:
        self._do(self.stage.line.voice_begins, then=then)

    @precondition(lambda self: self.up)
    @rule(text=words, then=gap)
    def voice_ends(self, text: str, then: int) -> None:
        self._do(self.stage.voice_ends, text, then=then)

    @precondition(lambda self: self.up)
    @rule(text=words, frames=st.integers(10, 40), then=st.integers(15, 60), goes_on=st.booleans())
    def says(self, text: str, frames: int, then: int, goes_on: bool) -> None:
        """A turn as most are: a voice, its words, and time for the answer to begin; into which the caller may go on."""

        def said() -> None:
            self.stage.line.voice_begins()
            self.stage.passes(frames)
            self.stage.voice_ends(text)
            self.stage.passes(then)
            if goes_on:
                self.stage.line.voice_begins()

        self._do(said)

    @precondition(lambda self: self.up)
    @rule(digit=st.sampled_from("0123456789*#"), then=gap)
    def key(self, digit: str, then: int) -> None:
        self._do(self.stage.line.key, digit, then=then)

    @precondition(lambda self: self.up)
    @rule(on=st.booleans(), then=gap)
    def hold(self, on: bool, then: int) -> None:
        self._do(self.stage.line.held, on, then=then)

    @precondition(lambda self: self.up)
    @rule(comes=st.booleans(), then=gap)
    def media(self, comes: bool, then: int) -> None:
        self._do(setattr, self.stage.line, "media", comes, then=then)

    @precondition(lambda self: self.up)
    @rule(on=st.booleans(), then=gap)
    def music(self, on: bool, then: int) -> None:
        self._do(self.stage.line.music, on, then=then)

    @precondition(lambda self: self.up)
    @rule(kind=tones, then=gap)
    def tone(self, kind: ToneKind, then: int) -> None:
        self._do(self.stage.line.tone, kind, then=then)

    @precondition(lambda self: self.up)
    @rule(text=st.sampled_from(MACHINES), frames=st.integers(10, 40), then=st.sampled_from([0, 15, 60]))
    def a_machine_speaks(self, text: str, frames: int, then: int) -> None:
        def said() -> None:
            self.stage.line.voice_begins()
            self.stage.passes(frames)
            self.stage.partial(text)
            self.stage.passes(2)
            self.stage.voice_ends(text)

        self._do(said, then=then)

    @precondition(lambda self: self.up and self._since > 15)
    @rule(then=gap)
    def hangs_up(self, then: int) -> None:
        self._do(self.stage.line.ends, then=then)

    @rule(frames=st.sampled_from([5, 10, 25, 25, 50, 100, 360]))
    def time_passes(self, frames: int) -> None:
        self._do(self.stage.passes, frames)

    # ── the recogniser ─────────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: self.up)
    @rule(text=heard_so_far, then=gap)
    def words_come(self, text: str, then: int) -> None:
        self._do(self.stage.partial, text, then=then)

    @precondition(lambda self: self.up)
    @rule(text=words, then=gap)
    def an_utterance_ends(self, text: str, then: int) -> None:
        self._do(self.stage.final, text, then=then)

    @precondition(lambda self: self.up)
    @rule(then=gap)
    def recogniser_fails(self, then: int) -> None:
        self._do(self.stage.recogniser_fails, then=then)

    # ── what takes its time ────────────────────────────────────────────────────────────────────────

    @rule(control_out=late, audio_out=late, control_in=late, audio_in=late)
    def messages_are_late(self, control_out: float, audio_out: float, control_in: float, audio_in: float) -> None:
        self._do(self.stage.line.late, control_out, audio_out, control_in, audio_in)

    @rule(waits=late, takes=late)
    def threads_are_late(self, waits: float, takes: float) -> None:
        def set_late() -> None:
            self.stage.loop.work_waits, self.stage.loop.work_takes = waits, takes

        self._do(set_late)

    @rule(delay=late)
    def recogniser_is_late(self, delay: float) -> None:
        self._do(self.stage.agent.recognisers.late, delay)

    @rule(takes=st.sampled_from([0.02, 0.02, 0.3, 1.5]))
    def voice_is_slow(self, takes: float) -> None:
        self._do(setattr, self.stage.agent.voice, "takes", takes)

    @rule(then=gap)
    def engines_hang(self, then: int) -> None:
        self._do(self.stage.agent.hang, then=then)

    @rule(then=gap)
    def engines_fail(self, then: int) -> None:
        self._do(self.stage.agent.fail, then=then)

    @rule(then=gap)
    def engines_work(self, then: int) -> None:
        self._do(self.stage.agent.recover, then=then)

    @rule(odds=st.sampled_from([-3.0, 0.0, 3.0]))
    def the_model_thinks(self, odds: float) -> None:
        self._do(setattr, self.stage.agent.model, "default_odds", odds)

    # ── the agent ──────────────────────────────────────────────────────────────────────────────────

    @rule(lose=st.booleans(), then=gap)
    def agent_dies(self, lose: bool, then: int) -> None:
        self._do(self.stage.agent_dies, lose, then=then)

    @rule(then=gap)
    def agent_comes(self, then: int) -> None:
        self._do(self.stage.agent_comes, then=then)

    @precondition(lambda self: self.stage.agent.alive)
    @rule(then=gap)
    def link_breaks(self, then: int) -> None:
        self._do(self.stage.agent.break_link, then=then)

    @rule(silent=st.booleans(), then=gap)
    def agent_seems_silent(self, silent: bool, then: int) -> None:
        self._do(self.stage.line.board.silent, silent, then=then)

    def teardown(self) -> None:
        try:
            if not self._failed:
                self.stage.close(self._hangs_up)
        finally:
            self.stage.release()


@pytest.mark.timeout(120 + STEPS // 50)
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")  # of tasks that were cancelled before they ran
def test_the_cascade() -> None:
    print(f"to see the same again: OFFHOOK_FUZZ_SEED={SEED} OFFHOOK_FUZZ_STEPS={STEPS}")
    Cascade.steps = 0
    with caught() as Cascade.faults:
        for run in itertools.count():  # some examples are shorter than they may be
            left = STEPS - Cascade.steps
            if left <= 0:
                break
            _fuzz(SEED + run, -(-left // STEPS_EACH))


def _fuzz(number: int, examples: int) -> None:
    run_state_machine_as_test(
        seed(number)(Cascade),
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS_EACH,
            deadline=None,
            print_blob=True,
            phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
