"""What one 20 ms frame costs the line in Python, in and out: `python -m telephony.line.frame_cost`.

The real port, call, switchboard and outbox are driven with the stack's own frame objects, and the CPU time of the
thread is divided by the frames. The detector is not part of it: it has a thread of its own (`vad_us`).
Creates the stack, so it wants a process of its own.
"""

from __future__ import annotations

import random
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import pjsua2 as pj

from telephony.audio import FRAME_BYTES
from telephony.call.live import LiveCall
from telephony.call.switchboard import Switchboard
from telephony.channel import line_side
from telephony.config import Limits
from telephony.errors import ChannelClosed
from telephony.line.native import hush
from telephony.line.port import CallPort
from telephony.line.speex import SpeexFilter
from telephony.link import AgentLink
from telephony.media.inbound import CallerFrame
from telephony.media.vad_thread import Detectors
from telephony.messages import Heard, OngoingCall, Say, Transfer

FRAMES = 5_000


@dataclass(frozen=True, slots=True)
class FrameCost:
    """Microseconds of CPU a frame: caller to queue, ledger to stack, queue to socket, and the speech detector."""

    in_us: float
    out_us: float
    send_us: float
    vad_us: float


class NoLeg:
    """A call without SIP."""

    def hang_up(self, status: int, reason: str) -> None: ...
    def send_digits(self, digits: str) -> None: ...
    def probe(self) -> None: ...
    def transfer(self, order: Transfer) -> None: ...
    def cancel_transfer(self) -> None: ...


def measure(frames: int = FRAMES) -> FrameCost:
    """Run `frames` frames through both directions."""
    hush()
    stack = pj.Endpoint()
    stack.libCreate()
    config = pj.EpConfig()
    config.uaConfig.threadCnt = 0
    config.logConfig.level = config.logConfig.consoleLevel = 0
    stack.libInit(config)
    try:
        return _measure(frames)
    finally:
        stack.libDestroy(pj.PJSUA_DESTROY_NO_TX_MSG)


def _measure(frames: int) -> FrameCost:
    board = Switchboard(0)
    ours, theirs = (socket.socketpair() for _ in range(2))
    link = AgentLink(line_side(ours[0]))
    link.bind_audio(line_side(theirs[0]))
    for sock in (ours[1], theirs[1]):
        threading.Thread(target=_swallow, args=(sock,), daemon=True).start()
    facts = OngoingCall("cost", 0, "loopback", "", "", "default", "PCMU/8000", 0)
    live = LiveCall(
        facts, NoLeg(), shelf=board.shelf, limits=Limits(), emit=board.emit, hear=board.hear, make_filter=SpeexFilter
    )
    board.add(live)
    epoch = board.attach(link)
    live.acked(0.0, "PCMU/8000")
    port = CallPort("cost", live.heard, live.fill, lambda: None)
    frame = pj.MediaFrame()
    silence = pj.ByteVector()
    for _ in range(FRAME_BYTES):
        silence.append(0)
    frame.buf, frame.size, frame.type = silence, FRAME_BYTES, pj.PJMEDIA_FRAME_TYPE_AUDIO
    in_us = _cost(lambda: port.onFrameReceived(frame), frames)
    for index in range(frames // 10 + 1):
        live.say(Say("cost", epoch, index + 1, 0, pcm=bytes(FRAME_BYTES * 10), last=True))
        if index == 0:
            out_us = 0.0
        out_us += _cost(lambda: port.onFrameRequested(frame), 10) / (frames // 10 + 1)
    live.gone(200, "")
    port.close()
    link.close()
    return FrameCost(in_us, out_us, _send_cost(frames), _vad_cost(min(frames, 500)))


def _cost(step: Callable[[], object], times: int) -> float:
    began = time.thread_time_ns()
    for _ in range(times):
        step()
    return (time.thread_time_ns() - began) / times / 1000


def _send_cost(frames: int) -> float:
    near, far = socket.socketpair()
    threading.Thread(target=_swallow, args=(far,), daemon=True).start()
    channel = line_side(near)
    message = Heard("cost", 0, bytes(FRAME_BYTES))
    cost = _cost(lambda: channel.send(message), frames)
    channel.close()
    return cost


def _vad_cost(frames: int) -> float:
    detectors = Detectors("cost")
    frame = CallerFrame(0, random.Random(1).randbytes(FRAME_BYTES), False)
    return _cost(lambda: detectors.feed(frame), frames)


def _swallow(sock: socket.socket) -> None:
    try:
        while sock.recv(65_536):
            pass
    except (OSError, ChannelClosed):
        return


if __name__ == "__main__":
    cost = measure()
    sys.stdout.write(
        f"a 20 ms frame costs {cost.in_us:.0f} us in, {cost.out_us:.0f} us out, "
        f"{cost.send_us:.0f} us to send to the agent; detectors {cost.vad_us:.0f} us on its own thread\n"
    )
