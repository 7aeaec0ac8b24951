"""Where a conversation is: small, immutable, and able to travel as a checkpoint."""

from __future__ import annotations

from collections.abc import Container, Mapping
from enum import StrEnum

import msgspec

from agent.reply.flow import Held, Running
from agent.reply.message import Taking
from agent.reply.reply import Expectation, Finished, Notes, TakenMessage
from agent.tools.record import Spoken

VERSION = 7
# 1 knew nothing of what waits, was offered, or is protected; 2 nothing of flows and transfers; 3 nothing of what is
# untold; 4 nothing of flows that were left and of what was said; 5 nothing of calls that we placed; 6 nothing of what
# is asked about second and was told last.
_READ = (1, 2, 3, 4, 5, 6, 7)


class Open(StrEnum):
    """The question that is open, which the caller's next words are an answer to."""

    NONE = "none"
    CONFIRM = "confirm"  # "Did you want to ask about …?"
    OFFER = "offer"  # "Shall I take a message?"
    MESSAGE = "message"  # a message is being taken
    FLOW = "flow"  # whatever the flow asks
    ANYTHING_ELSE = "anything_else"
    UNSAID = "unsaid"  # a topic is offered: "Before, you asked about …. Shall I go on with that?"
    LEAVING = "leaving"  # "Did you want to say goodbye?"
    STILL_THERE = "still_there"
    EMERGENCY = "emergency"  # nothing is asked: the caller was told what to do, since nobody could be reached


class Said(msgspec.Struct, frozen=True):
    """A piece of the last reply, for saying it again."""

    text: str
    stock: bool


class Passing(msgspec.Struct, frozen=True):
    """The caller is being put through. `to`: the transfer's name; `sent`: the session knows; `off`: not any more;
    `told`: how often they were told that it still rings; `asked`: whether they want to wait."""

    to: str
    sent: bool = False
    off: bool = False
    notes: Notes = ()  # what a flow had taken down before
    told: int = 0
    asked: bool = False


class State(msgspec.Struct, frozen=True):
    """One conversation between two turns. `caller`: the number that they call from, "" when withheld; with `placed`
    the bot has called them there."""

    caller: str = ""
    placed: bool = False
    open: Open = Open.NONE
    topic: str = ""  # the topic that was asked back about
    second: str = ""  # the topic that is asked about after a no
    asked: str = ""  # the words of the caller that led to that
    told: str = ""  # the topic that was answered last, while nothing else was said
    notes: Notes = ()  # what a flow had taken down that was left: for the message which is offered, or what comes now
    unsure: int = 0  # turns in a row that were not understood
    unheard: int = 0  # turns in a row without words
    taking: Taking | None = None
    running: Running | None = None
    left: tuple[Running, ...] = ()  # flows that the caller left while a tool ran
    flows: int = 0  # that were begun
    wrong: tuple[tuple[str, str], ...] = ()  # values that flows have read back and are wrong, by slot
    passing: Passing | None = None
    menu: str = ""  # that is open
    finished: Finished | None = None  # a flow whose last reply was not heard yet
    typed: str = ""  # telephone keys of a number that is being typed
    press: str = ""  # telephone keys for the far end that the last reply brings with it
    last: tuple[Said, ...] = ()
    last_key: str = ""
    unsaid: str = ""  # the topic of an answer that the caller spoke over before it said what it was about
    waiting: tuple[str, ...] = ()  # topics like that whose turn has gone by, oldest first
    offered: tuple[str, ...] = ()  # such topics that the caller was asked about
    untold: tuple[Said, ...] = ()  # what came of a tool or a transfer, which the caller has not heard
    retold: int = 0  # times that it was said again
    telling: bool = False  # what was said last has it
    expects: Expectation = Expectation()
    interrupted: bool = False  # the caller spoke over what was said last
    protecting: bool = False  # what was said last must be heard, and it is not known yet that it was
    greeted: bool = False
    closing: bool = False
    recorded: bool = False  # an answering machine is at the far end, whose beep is waited for
    small_talk: tuple[tuple[str, str], ...] = ()  # what went through the model: (role, text)
    message: TakenMessage | None = None  # complete, but the reply that says so was not heard yet
    asked_model: str = ""  # the caller's words that the model was asked to answer
    spoken: tuple[Spoken, ...] = ()  # what was said in the call, where somebody is to be told
    known: tuple[Held, ...] = ()  # the values that flows had, likewise


def of_known(
    state: State,
    known: Container[str],
    flows: Mapping[str, str],
    transfers: Container[str] = (),
    menus: Container[str] = (),
) -> State:
    """A state whose dialplan may have changed since: topics that it no longer has are forgotten, and a flow that is
    gone or another one is left, as is a transfer or a menu that is gone. `flows`: the digest of each."""
    if state.menu not in menus:
        state = msgspec.structs.replace(state, menu="")
    if state.passing is not None and state.passing.to not in transfers:
        state = msgspec.structs.replace(state, passing=None)
    running = state.running
    if running is not None and running.digest != flows.get(running.flow):
        state = msgspec.structs.replace(state, running=None, open=Open.NONE)
    left = tuple(one for one in state.left if one.digest == flows.get(one.flow))
    lost = bool(state.topic) and state.topic not in known
    return msgspec.structs.replace(
        state,
        open=Open.NONE if lost and state.open in (Open.CONFIRM, Open.UNSAID) else state.open,
        topic="" if lost else state.topic,
        second=state.second if state.second in known else "",
        told=state.told if state.told in known else "",
        left=left,
        unsaid=state.unsaid if state.unsaid in known else "",
        waiting=tuple(name for name in state.waiting if name in known),
    )


class _Checkpoint(msgspec.Struct, frozen=True):
    version: int
    state: State


def pack(state: State) -> bytes:
    """The state as msgpack."""
    return msgspec.msgpack.encode(_Checkpoint(VERSION, state))


def unpack(checkpoint: bytes) -> State:
    """The state of a checkpoint. Raises ValueError for one that this version can't read."""
    try:
        read = msgspec.msgpack.decode(checkpoint, type=_Checkpoint)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"not a checkpoint of a conversation: {error}") from error
    if read.version not in _READ:
        raise ValueError(f"a checkpoint of version {read.version}, this is {VERSION}")
    return read.state
