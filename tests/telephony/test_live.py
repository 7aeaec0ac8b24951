"""A call without SIP: the order of what the agent is told, last words, standby; driven tick by tick."""

from __future__ import annotations

import pytest

from telephony.audio import FRAME_BYTES
from telephony.call.live import NEVER_SAID_SAMPLES, TAIL_SAMPLES, LiveCall
from telephony.call.switchboard import AgentState, Switchboard
from telephony.config import Limits
from telephony.line.speex import SpeexFilter
from telephony.message import Message
from telephony.messages import (
    CHECKPOINT_LIMIT,
    Attached,
    CancelTransfer,
    Checkpoint,
    Drop,
    Ended,
    EndedBy,
    Finished,
    HangUp,
    Heard,
    Music,
    OngoingCall,
    Pause,
    Restore,
    Say,
    Standby,
    Started,
    Stock,
    Transfer,
    TransferFailed,
    Transferred,
    Why,
)
from telephony.transfers import Failure


class PaperLeg:
    """Writes down what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def hang_up(self, status: int, reason: str) -> None:
        self.asked.append("hang up")

    def send_digits(self, digits: str) -> None:
        self.asked.append(f"digits {digits}")

    def probe(self) -> None:
        self.asked.append("probe")

    def transfer(self, order: Transfer) -> None:
        self.asked.append(f"transfer to {order.to}")

    def cancel_transfer(self) -> None:
        self.asked.append("cancel transfer")


class PaperAgent:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[Message] = []
        self.heard: list[Heard] = []

    def tell(self, message: Message) -> None:
        self.told.append(message)

    def hear(self, frame: Heard) -> None:
        self.heard.append(frame)


class Scene:
    """A switchboard with an agent and one call that is up, or, with an order, rings."""

    def __init__(self, order: str = "") -> None:
        self.board = Switchboard(0)
        self.agent = PaperAgent()
        self.epoch = self.board.attach(self.agent)
        self.leg = PaperLeg()
        facts = OngoingCall("c", 0, "loopback", "1", "2", "default", "", 0, order=order)
        board = self.board
        self.call = LiveCall(
            facts, self.leg, shelf=board.shelf, limits=Limits(), emit=board.emit, hear=board.hear,
            make_filter=SpeexFilter,
        )  # fmt: skip
        board.add(self.call)
        if not order:
            self.call.acked(0.0, "PCMU/8000")

    def tick(self, count: int = 1) -> bytes:
        frame = b""
        for _ in range(count):
            frame = self.call.fill()
            self.call.heard(bytes(FRAME_BYTES), 0)
            self.call.hang_up_if_due()
        return frame

    def say(self, generation: int, frames: int = 1, value: bytes = b"\1\1", last: bool = True) -> None:
        pcm = value * (FRAME_BYTES // 2) * frames
        self.board.audio(Say("c", self.epoch, generation, 0, pcm=pcm, last=last))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def level(frame: bytes) -> int:
    return int.from_bytes(frame[-2:], "little", signed=True)


def test_the_bot_is_ducked_at_a_voice_and_restored_at_the_agents_word(scene: Scene) -> None:
    scene.say(1, frames=20, value=b"\0\x20", last=False)
    assert level(scene.tick()) == 0x2000
    scene.call.sound.noticed(stirring=False, voice=True)
    assert 0 < level(scene.tick()) < 0x2000 * 0.18  # 15 dB
    scene.board.control(Restore("c", 1))
    assert level(scene.tick()) == 0x2000


def test_a_pause_is_silence_and_what_follows_is_as_loud_as_before(scene: Scene) -> None:
    scene.say(1, frames=20, value=b"\0\x20", last=False)
    scene.tick()
    scene.call.sound.noticed(stirring=False, voice=True)
    scene.tick()
    scene.board.control(Pause("c", 1))
    scene.tick()
    assert not any(scene.tick())
    scene.board.control(Restore("c", 1))
    assert level(scene.tick()) == 0x2000


def test_what_must_be_heard_keeps_its_loudness_under_a_voice_and_what_follows_does_not(scene: Scene) -> None:
    pcm = b"\0\x20" * (FRAME_BYTES // 2)
    for generation, protected in ((1, True), (2, False)):
        scene.board.audio(Say("c", scene.epoch, generation, 0, pcm=pcm * 10, protected=protected))
        scene.tick()
        scene.call.sound.noticed(stirring=True, voice=True)
        assert (level(scene.tick()) == 0x2000) is protected


def test_what_yields_ends_at_what_may_become_a_voice_and_what_came_before_it_does_not(scene: Scene) -> None:
    pcm = b"\0\x20" * (FRAME_BYTES // 2)
    scene.board.audio(Say("c", scene.epoch, 1, 0, pcm=pcm * 10, last=True, yields=True))
    scene.call.sound.noticed(stirring=False, voice=False)
    assert level(scene.tick()) == 0x2000
    scene.call.sound.noticed(stirring=True, voice=False)
    scene.tick()
    assert not any(scene.tick())
    assert [message.why for message in scene.agent.told if isinstance(message, Ended)] == [Why.DROPPED]
    scene.say(2, frames=5, value=b"\0\x20")
    scene.call.sound.noticed(stirring=True, voice=False)
    assert level(scene.tick()) > 0


def test_a_voice_that_nobody_speaks_over_changes_nothing(scene: Scene) -> None:
    scene.call.sound.noticed(stirring=False, voice=True)
    scene.say(1, frames=5, value=b"\0\x20", last=False)
    assert level(scene.tick()) == 0x2000


def test_what_is_told_and_in_which_order(scene: Scene) -> None:
    scene.say(1)
    scene.tick(2)
    scene.call.gone(200, "Normal call clearing")
    scene.tick(2)
    assert [type(message).__name__ for message in scene.agent.told] == [
        "Attached", "Started", "Began", "Played", "Ended", "Finished",
    ]  # fmt: skip
    assert [frame.at for frame in scene.agent.heard] == [0, 320]
    finished = scene.agent.told[-1]
    assert isinstance(finished, Finished)
    assert (finished.by, finished.at) == (EndedBy.CALLER, 640)


def test_hang_up_waits_for_the_last_words_and_their_way_to_the_ear(scene: Scene) -> None:
    scene.say(1, frames=10)
    scene.board.control(HangUp("c", after=1))
    scene.tick(10)
    assert scene.leg.asked == []
    scene.tick(TAIL_SAMPLES // 320)
    assert scene.leg.asked == ["hang up"]


def test_hang_up_may_overtake_its_generation(scene: Scene) -> None:
    scene.board.control(HangUp("c", after=1))
    scene.tick(20)
    scene.say(1, frames=500)
    scene.tick(NEVER_SAID_SAMPLES // 320 + 10)
    assert scene.leg.asked == []
    scene.board.control(Drop("c", upto=1))
    scene.tick(TAIL_SAMPLES // 320 + 1)
    assert scene.leg.asked == ["hang up"]


def test_hang_up_after_what_is_never_said(scene: Scene) -> None:
    scene.board.control(HangUp("c", after=7))
    scene.tick(NEVER_SAID_SAMPLES // 320 + 1)
    assert scene.leg.asked == ["hang up"]


def test_hang_up_at_once(scene: Scene) -> None:
    scene.board.control(HangUp("c"))
    assert scene.leg.asked == ["hang up"]
    scene.call.gone(200, "OK")
    finished = scene.agent.told[-1]
    assert isinstance(finished, Finished)
    assert finished.by is EndedBy.BOT


def test_standby_of_a_dead_agent_and_its_successor(scene: Scene) -> None:
    scene.board.audio(Stock("a", b"\2\2" * 320))
    scene.board.audio(Stock("h", b"\3\3" * 320))
    scene.board.control(Standby("default", "a", "h"))
    scene.board.control(Checkpoint("c", b"where we were"))
    scene.board.control(Checkpoint("c", bytes(CHECKPOINT_LIMIT + 1)))
    scene.say(1, frames=100)
    scene.tick()
    scene.board.detach(scene.agent)
    assert scene.board.agent_state is AgentState.GONE
    assert [scene.tick()[-1:] for _ in range(4)] == [b"\2", b"\3", b"\3", b"\3"]
    successor = PaperAgent()
    scene.epoch = scene.board.attach(successor)
    first = successor.told[0]
    assert isinstance(first, Attached)
    assert [(call.call, call.checkpoint, call.at) for call in first.calls] == [("c", b"where we were", 1600)]
    assert scene.tick()[-1:] == b"\3"
    scene.say(1)
    assert scene.tick()[-1:] == b"\1"
    assert [message for message in successor.told if isinstance(message, Started)] == []
    assert [message.why for message in successor.told if isinstance(message, Ended)] == [Why.PLAYED]


def test_a_detached_agent_cannot_detach_its_successor(scene: Scene) -> None:
    scene.board.attach(PaperAgent())
    scene.board.detach(scene.agent)
    assert scene.board.agent_state is AgentState.ATTACHED


def test_goodbye_is_not_taken_back_by_the_agents_death(scene: Scene) -> None:
    scene.board.control(Standby("default", "a", "h"))
    scene.say(1)
    scene.board.control(HangUp("c", after=1))
    scene.tick(2)
    scene.board.detach(scene.agent)
    scene.tick(TAIL_SAMPLES // 320 + 1)
    assert scene.leg.asked == ["hang up"]


def test_an_agent_that_comes_later_is_told_since_when_there_is_music(scene: Scene) -> None:
    scene.board.emit(Music("c", True, since=320, at=64_320))
    scene.board.emit(Music("no-such-call", True, since=0, at=64_320))
    later = PaperAgent()
    scene.board.attach(later)
    assert [call.music for message in later.told if isinstance(message, Attached) for call in message.calls] == [320]
    scene.board.emit(Music("c", False, since=320, at=80_000))
    assert scene.call.ongoing.music is None


def test_one_transfer_at_a_time_and_a_later_agent_knows_of_it(scene: Scene) -> None:
    scene.board.control(Transfer("c", "200"))
    scene.board.control(Transfer("c", "201"))
    scene.board.control(CancelTransfer("c"))
    assert scene.leg.asked == ["transfer to 200", "cancel transfer"]
    later = PaperAgent()
    scene.board.attach(later)
    assert [call.transferring for told in later.told if isinstance(told, Attached) for call in told.calls] == [True]
    scene.board.emit(TransferFailed("c", 486, Failure.BUSY, gone=False, at=0))
    assert not scene.call.ongoing.transferring
    scene.board.control(Transfer("c", "201"))
    scene.board.emit(Transferred("c", 200, 0))
    assert not scene.call.ongoing.transferring
    assert scene.leg.asked[2:] == ["transfer to 201"]


def test_a_call_that_is_about_to_end_is_not_transferred(scene: Scene) -> None:
    scene.board.control(HangUp("c"))
    scene.board.control(Transfer("c", "200"))
    assert scene.leg.asked == ["hang up"]
    answers = [told for told in scene.agent.told if isinstance(told, TransferFailed)]
    assert [(told.reason, told.gone) for told in answers] == [(Failure.CALLER_GONE, True)]


def test_a_call_of_ours_begins_when_somebody_answers() -> None:
    scene = Scene(order="a")
    scene.tick(3)  # early media is nobody's
    assert (scene.board.conversations, scene.agent.told[1:], scene.agent.heard) == (1, [], [])
    scene.call.acked(0.0, "PCMU/8000")
    (started,) = scene.agent.told[1:]
    assert isinstance(started, Started)
    assert (started.call.order, started.call.codec, started.call.at) == ("a", "PCMU/8000", 0)
    scene.tick()
    assert [heard.at for heard in scene.agent.heard] == [0]


def test_a_call_of_ours_that_is_given_up_never_was_one() -> None:
    scene = Scene(order="a")
    scene.call.end(EndedBy.BOT, 487, "Called off")
    assert (scene.leg.asked, scene.board.conversations) == (["hang up"], 0)
    scene.call.acked(0.0, "PCMU/8000")  # a 200 that crossed our CANCEL
    scene.tick()
    scene.call.gone(487, "")
    assert (scene.agent.told[1:], scene.agent.heard) == ([], [])
