"""The few C functions of PJSIP that pjsua2 has no binding for, called in the wheel's own library by ctypes.

The wheel exports PJSIP's public C API. What is used here: a `pjsip_module` between the dialogs and pjsua, which sees
each request outside of a dialog before a call slot is taken, and a stateless response (`reception.py` has more).
Structures are declared as in PJSIP 2.15.1 on 64-bit Linux; `telephony.line.proof` checks them by a datagram to
ourselves before the line says that it is ready.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pjsua2._pjsua2 as wheel

from telephony.errors import SipError

PRIORITY = 40  # after the transaction (16) and dialog (32) layers, before invite sessions (48) and pjsua (64)
MAX_PACKET = 4000  # PJSIP_MAX_PKT_LEN
ADDRESS_TEXT = 46  # PJ_INET6_ADDRSTRLEN
T1_MS = 500  # RFC 3261, 17.1.1.1
TRANSACTION_MS = 8_000  # 64 x T1 = 32 s by the RFC

_lib = ctypes.CDLL(wheel.__file__)


class _Text(ctypes.Structure):
    _fields_ = (("ptr", ctypes.c_char_p), ("slen", ctypes.c_ssize_t))


_OnRequest = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)


class _Module(ctypes.Structure):
    _fields_ = (
        ("prev", ctypes.c_void_p),
        ("next", ctypes.c_void_p),
        ("name", _Text),
        ("id", ctypes.c_int),
        ("priority", ctypes.c_int),
        ("load", ctypes.c_void_p),
        ("start", ctypes.c_void_p),
        ("stop", ctypes.c_void_p),
        ("unload", ctypes.c_void_p),
        ("on_rx_request", _OnRequest),
        ("on_rx_response", ctypes.c_void_p),
        ("on_tx_request", ctypes.c_void_p),
        ("on_tx_response", ctypes.c_void_p),
        ("on_tsx_state", ctypes.c_void_p),
    )


class _Received(ctypes.Structure):
    """The head of `pjsip_rx_data`."""

    _fields_ = (
        ("pool", ctypes.c_void_p),
        ("transport", ctypes.c_void_p),
        ("tp_data", ctypes.c_void_p),
        ("op_key", ctypes.c_void_p * 35),
        ("timestamp", ctypes.c_long * 2),
        ("packet", ctypes.c_char * MAX_PACKET),
        ("zero", ctypes.c_uint32),
        ("len", ctypes.c_ssize_t),
        ("src_addr", ctypes.c_char * 28),
        ("src_addr_len", ctypes.c_int),
        ("src_name", ctypes.c_char * ADDRESS_TEXT),
        ("src_port", ctypes.c_int),
        ("msg_buf", ctypes.c_void_p),
        ("msg_len", ctypes.c_int),
    )


class _ListHead(ctypes.Structure):
    _fields_ = (("prev", ctypes.c_void_p), ("next", ctypes.c_void_p), ("rest", ctypes.c_char * 64))


class _Settings(ctypes.Structure):
    """The head of `pjsip_cfg_t`."""

    _fields_ = (
        ("allow_port_in_fromto_hdr", ctypes.c_int),
        ("accept_replace_in_early_state", ctypes.c_int),
        ("allow_tx_hash_in_uri", ctypes.c_int),
        ("disable_rport", ctypes.c_int),
        ("disable_tcp_switch", ctypes.c_int),
    )


_lib.pjsua_get_pjsip_endpt.restype = ctypes.c_void_p
_lib.pjsip_endpt_register_module.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
_lib.pjsip_endpt_respond_stateless.argtypes = (
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_void_p,
)
_lib.pjsip_generic_string_hdr_create.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
_lib.pjsip_generic_string_hdr_create.restype = ctypes.c_void_p
_lib.pj_list_insert_before.argtypes = (ctypes.c_void_p, ctypes.c_void_p)


def hush() -> None:
    """Keep the stack from writing to standard output before it has its settings."""
    _lib.pj_log_set_level(0)


def set_transaction_timeout() -> None:
    """A request waits TRANSACTION_MS for its answer, and a 200 for its ACK: a call whose peer has died holds one of the
    wheel's four slots as long."""
    _lib.pjsip_tsx_set_timers(0, 0, 0, TRANSACTION_MS)


@contextmanager
def impatient() -> Iterator[None]:
    """An INVITE that is cancelled within waits TRANSACTION_MS for its end, too. For that the stack has no setting, but
    takes 64 x T1: a call whose trunk has died while it rang would hold its slot for 32 s."""
    _lib.pjsip_tsx_set_timers(TRANSACTION_MS // 64, 0, 0, 0)
    try:
        yield
    finally:
        _lib.pjsip_tsx_set_timers(T1_MS, 0, 0, 0)


def stay_on_udp() -> None:
    """A request of more than 1300 bytes, as an INVITE with a password easily is, goes by UDP as all others do. The
    stack would go over to TCP (RFC 3261, 18.1.1), and wait in vain for a trunk that has none behind its firewall."""
    _Settings.in_dll(_lib, "pjsip_sip_cfg_var").disable_tcp_switch = 1


def slots_taken() -> int:
    """Call slots in use, with those of calls that wait for the answer to their BYE."""
    return int(_lib.pjsua_call_get_count())


@dataclass(frozen=True, slots=True)
class Request:
    """A request outside of any dialog, as it came."""

    source: str
    port: int
    text: str


@dataclass(frozen=True, slots=True)
class Response:
    """What to answer it with, without a transaction."""

    status: int
    reason: str
    retry_after: int = 0


Decide = Callable[[Request], Response | bool]


class RequestFilter:
    """Puts `decide` in front of pjsua: True lets the request pass, False swallows it, a Response answers it.

    Runs on the thread that owns the stack. An error in `decide` goes to `on_error` and answers 500.
    """

    def __init__(self, decide: Decide, on_error: Callable[[], None]) -> None:
        self._decide = decide
        self._on_error = on_error
        self._endpoint = _lib.pjsua_get_pjsip_endpt()
        self._callback = _OnRequest(self._on_request)
        self._name = b"mod-offhook"
        self._module = _Module(
            name=_Text(self._name, len(self._name)), id=-1, priority=PRIORITY, on_rx_request=self._callback
        )
        status = _lib.pjsip_endpt_register_module(self._endpoint, ctypes.addressof(self._module))
        if status:
            raise SipError(f"the request filter could not be put in front of the SIP stack (status {status})")

    def _on_request(self, rdata: int) -> int:
        try:
            verdict = self._decide(_request_at(rdata))
        except Exception:  # noqa: BLE001 an exception must not unwind through C; it is counted and logged there
            self._on_error()
            verdict = Response(500, "Server Internal Error")
        if isinstance(verdict, bool):
            return 0 if verdict else 1
        self._respond(rdata, verdict)
        return 1

    def _respond(self, rdata: int, response: Response) -> None:
        reason = response.reason.encode()
        text = _Text(reason, len(reason))
        headers = None
        if response.retry_after:
            headers = _ListHead()
            address = ctypes.addressof(headers)
            headers.prev = headers.next = address
            name, value = b"Retry-After", str(response.retry_after).encode()
            name_text, value_text = _Text(name, len(name)), _Text(value, len(value))
            pool = _Received.from_address(rdata).pool
            header = _lib.pjsip_generic_string_hdr_create(
                pool, ctypes.addressof(name_text), ctypes.addressof(value_text)
            )
            _lib.pj_list_insert_before(address, header)
        _lib.pjsip_endpt_respond_stateless(
            self._endpoint,
            rdata,
            response.status,
            ctypes.addressof(text),
            ctypes.addressof(headers) if headers is not None else None,
            None,
        )


def _request_at(rdata: int) -> Request:
    received = _Received.from_address(rdata)
    text = ctypes.string_at(received.msg_buf, max(0, received.msg_len))
    return Request(received.src_name.decode("ascii", "replace"), received.src_port, text.decode("utf-8", "replace"))
