"""Every message between line and agent, both ways, and nothing else crosses.

Two Unix stream sockets join one line process and one agent process: *control* and *audio*, so that a
Drop never queues behind a long Say. Each frame is a 4-byte big-endian length and one msgpack map with
a `type` key (`telephony.channel`).

Rules both sides live by
    * `at` is the call clock: 16 kHz samples in bridge ticks since the answer; it advances through loss.
    * The line gives an agent a new `epoch` when it attaches. Audio of another epoch is discarded, so an
      agent that was thought dead cannot speak.
    * `generation` numbers one thing the bot says, from 1, rising within an epoch and a call. `Drop(upto=g)` is a
      floor: everything up to g is discarded, also what arrives later.
    * `piece` numbers the parts of a generation from 0. Each piece ends in one `Played`, each generation
      in one `Ended`, after the last `Played`; a piece that comes after that is discarded without a word.
      Positions already have the port's and bridge's delay taken off.
    * Stock audio is loaded once by content id and then named; rendered audio comes in pieces of at most
      `PIECE_SAMPLES`, at most `CREDIT_SAMPLES` of it ahead of what was Played.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from telephony.message import Message
from telephony.orders import NotReached, Place
from telephony.transfers import Failure, How

VERSION = 4
PIECE_SAMPLES = 3_200  # 200 ms
CREDIT_SAMPLES = 16_000  # 1 s
FRAME_LIMIT = 8 * 1024 * 1024  # bytes of one encoded message; stock audio of 2 min is 3.8 MB
REWIND_LIMIT = 16_000  # 1 s
RING_LIMIT_S = 180.0
CHECKPOINT_LIMIT = 64 * 1024  # bytes


class Why(StrEnum):
    """Why a generation ended."""

    PLAYED = "played"  # all of it was sent
    DROPPED = "dropped"  # a Drop reached it
    REPLACED = "replaced"  # a later generation began to play, or a new epoch came
    CALL_ENDED = "call_ended"


class EndedBy(StrEnum):
    """Who or what ended a call."""

    CALLER = "caller"
    BOT = "bot"
    TRANSFERRED = "transferred"  # the caller talks to somebody else now
    NO_MEDIA = "no_media"
    TOO_LONG = "too_long"
    SHUTDOWN = "shutdown"
    FAILED = "failed"


# ── control: agent → line ──────────────────────────────────────────────────────────────────────────


class Attach(Message, frozen=True):
    """First message on the control socket. `version` must equal VERSION."""

    version: int
    pid: int


class Alive(Message, frozen=True):
    """Sent by the agent's event loop every 500 ms: without one for 3 s the line plays its standby."""


class Standby(Message, frozen=True):
    """Stock ids the line plays by itself in calls of `dialplan` when the agent is gone: the apology once, then
    the hold, looped (at least 15 s long)."""

    dialplan: str
    apology: str
    hold: str


class Checkpoint(Message, frozen=True):
    """Opaque state of a call, kept in the line's memory for the agent that takes the call up again."""

    call: str
    state: bytes  # at most CHECKPOINT_LIMIT


class Pause(Message, frozen=True):
    """Stop sending the current generation at the sample, which `Paused` tells; resumable by Restore."""

    call: str
    generation: int


class Restore(Message, frozen=True):
    """Undo Pause and any ducking. The last `rewind` samples (at most REWIND_LIMIT) are sent again first, so that a word
    that was cut in two is heard whole; they count in no account."""

    call: str
    generation: int
    rewind: int = 0


class Drop(Message, frozen=True):
    """A floor: discard every generation up to and including `upto`, also what arrives later."""

    call: str
    upto: int


class SendDigits(Message, frozen=True):
    """Send DTMF ("0-9*#A-D"), RFC 4733 or INFO as negotiated."""

    call: str
    digits: str


class HangUp(Message, frozen=True):
    """End the call once generation `after` (0: at once) has been heard or dropped."""

    call: str
    after: int = 0


class Transfer(Message, frozen=True):
    """Put the caller through. Answered by `Transferred` or `TransferFailed`, once; one that comes while another of the
    call is under way is ignored, and what comes of that one answers it.

    `to` is a number or user, which is dialled at the call's own trunk, or a SIP URI whose host the trunk's
    `transfer_hosts` names. `ring_s` (1 to RING_LIMIT_S) is how long it may ring, and how long a warm target may think.
    `briefing` names stock audio, played to a warm target in this order, over and over; `accept` is the key that takes
    the call, and any other declines it. `then_send`: telephone keys ("0-9*#A-D", and "," for a pause of 1 s; see
    `telephony.call.keys`) for the target that has answered, before the briefing; a blind transfer sends none."""

    call: str
    to: str
    how: How = How.CONSULT
    ring_s: float = 30.0
    briefing: tuple[str, ...] = ()
    accept: str = "1"
    then_send: str = ""


class CancelTransfer(Message, frozen=True):
    """The caller has changed their mind. `TransferFailed` says so, unless it is too late: what the trunk was asked for
    already is not called back."""

    call: str


# ── control: line → agent ──────────────────────────────────────────────────────────────────────────


class OngoingCall(msgspec.Struct, frozen=True):
    """A call as the line holds it when an agent attaches, or when it starts."""

    call: str  # unique over restarts; also the log's call id
    line: int
    trunk: str  # name of the trunk; "loopback" without configuration
    caller: str  # normalised number or user part, "" when withheld; of a call that we placed, whom we called
    called: str  # likewise as which number
    dialplan: str  # name from the number table
    codec: str  # "PCMU/8000"
    at: int
    held: bool = False
    checkpoint: bytes = b""
    music: int | None = None  # at the caller's end since this sample
    transferring: bool = False  # its `Transferred` or `TransferFailed` is still to come
    order: str = ""  # the `Place` that we called the other end for; "": they have called


class Attached(Message, frozen=True):
    """Answer to Attach: the epoch for everything that this agent says, and the calls to take up."""

    epoch: int
    line: int
    calls: tuple[OngoingCall, ...] = ()


class Started(Message, frozen=True):
    """A call was answered (200 and ACK have gone, whichever way); its clock runs."""

    call: OngoingCall


class SpeechBegan(Message, frozen=True):
    """The caller's voice began at sample `at` (VAD onset, taken back to where the energy rose)."""

    call: str
    at: int


class SpeechEnded(Message, frozen=True):
    """The caller's voice ended at sample `at`; `known_at` is when the line knew. The sound had reached our socket
    when the clock showed `at - delay`: it waits in the jitter buffer and for the next tick."""

    call: str
    at: int
    known_at: int
    delay: int = 0


class ToneKind(StrEnum):
    """What machines sound like: see `telephony.media.tones`."""

    CNG = "cng"  # a fax calls
    ANS = "ans"  # a fax or a modem answers
    BEEP = "beep"  # perhaps of an answering machine


class Tone(Message, frozen=True):
    """A tone of a machine came from the caller's end; the line knew at sample `at`."""

    call: str
    kind: ToneKind
    at: int


class Music(Message, frozen=True):
    """There is music at the caller's end, since sample `since` (`on`), or no more (not `on`), as the line knew at
    `at`. An agent that comes later finds it in `OngoingCall.music`."""

    call: str
    on: bool
    since: int
    at: int


class Digit(Message, frozen=True):
    """One DTMF digit, once, whatever way and however often it was signalled."""

    call: str
    digit: str
    at: int


class Played(Message, frozen=True):
    """A piece is over. `samples` of it were sent, the last of them at call-clock `at`."""

    call: str
    epoch: int
    generation: int
    piece: int
    samples: int
    at: int


class Began(Message, frozen=True):
    """The first sample of a generation was sent at call-clock `at`: in the tick that ends at `at + FRAME_SAMPLES`, and
    `delay` later it was on the wire."""

    call: str
    epoch: int
    generation: int
    at: int
    delay: int = 0


class Paused(Message, frozen=True):
    """A Pause has reached a generation of which `samples` were sent."""

    call: str
    epoch: int
    generation: int
    samples: int


class Ended(Message, frozen=True):
    """A generation is over: `samples` of it were heard in all."""

    call: str
    epoch: int
    generation: int
    samples: int
    why: Why
    at: int


class MediaLost(Message, frozen=True):
    """No RTP for 3 s (not on hold)."""

    call: str
    at: int


class MediaBack(Message, frozen=True):
    """RTP came again after MediaLost."""

    call: str
    at: int


class Held(Message, frozen=True):
    """The peer put us on hold (`on`) or took us off it."""

    call: str
    on: bool
    at: int


class TransferRinging(Message, frozen=True):
    """The target's phone rings."""

    call: str
    at: int


class Transferred(Message, frozen=True):
    """The caller is put through, and the line ends its legs; `Finished` follows. After a blind transfer this says only
    that the trunk took the caller: nobody need have answered. `status` is the SIP status that said so, 202 where the
    trunk ended the call without saying more."""

    call: str
    status: int
    at: int


class TransferFailed(Message, frozen=True):
    """The caller is not put through, and still with the bot, or lost (`gone`; then `Finished` follows). `status` is the
    SIP status of whoever refused, 0 where none came."""

    call: str
    status: int
    reason: Failure
    gone: bool
    at: int


class Finished(Message, frozen=True):
    """The call is over and its resources are freed. `status` is the last SIP status."""

    call: str
    by: EndedBy
    status: int
    reason: str
    at: int


# ── audio: agent → line ────────────────────────────────────────────────────────────────────────────


class Speaking(Message, frozen=True):
    """First message on the audio socket: binds it to the epoch that Attached gave."""

    epoch: int


class Stock(Message, frozen=True):
    """Load a piece of audio under a content id; kept for the life of the line process."""

    id: str
    pcm: bytes


class Say(Message, frozen=True):
    """One piece of a generation: the stock audio `stock`, or else `pcm` (at most PIECE_SAMPLES). An unknown
    stock id is played as nothing and logged. `last` closes the generation; it may carry no audio. A generation with a
    `protected` piece is not made quieter for the caller's voice; one with a piece that `yields` is dropped at it."""

    call: str
    epoch: int
    generation: int
    piece: int
    pcm: bytes = b""
    stock: str = ""
    last: bool = False
    protected: bool = False
    yields: bool = False


# ── audio: line → agent ────────────────────────────────────────────────────────────────────────────


class Heard(Message, frozen=True):
    """One 20 ms frame of the caller, whose first sample is at `at`. A frame that the jitter buffer made up is
    `concealed`. A slow agent loses the oldest frames: `lost` counts those dropped before this one. `echo`: how sure the
    line is that there is nothing in it but the bot's echo, of which it takes `erle_db` off. `onset`: what was in the
    frames right before it, which were made quiet and turn out to be the begin of a voice."""

    call: str
    at: int
    pcm: bytes
    concealed: bool = False
    lost: int = 0
    echo: float = 0.0
    erle_db: float = 0.0
    onset: bytes = b""


FromAgent = (
    Attach | Alive | Standby | Checkpoint | Pause | Restore | Drop | SendDigits | HangUp | Transfer | CancelTransfer
    | Place | Speaking | Stock | Say
)  # fmt: skip
FromLine = (
    Attached | Started | SpeechBegan | SpeechEnded | Tone | Music | Digit | Played | Began | Paused | Ended | MediaLost
    | MediaBack | Held | TransferRinging | Transferred | TransferFailed | NotReached | Finished
    | Heard
)  # fmt: skip
