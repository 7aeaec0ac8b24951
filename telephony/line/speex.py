"""libspeexdsp's echo canceller, which the wheel of the SIP stack has within it, called by ctypes.

The adaptive filter is the multidelay block filter of J.-M. Valin, "On Adjusting the Learning Rate in Frequency Domain
Echo Cancellation With Double-Talk" (IEEE Trans. Audio, Speech and Language Processing 15(3), 2007): its step follows
an estimate of how much of what is left is echo, so that a caller's voice does not spoil it. A call of 20 ms costs
45-60 us and keeps Python's lock: to hand that over would cost more.
"""

from __future__ import annotations

import ctypes

import pjsua2._pjsua2 as wheel

from telephony.audio import FRAME_BYTES, FRAME_SAMPLES, SAMPLE_RATE
from telephony.errors import AudioError

_SET_SAMPLING_RATE = 24  # SPEEX_ECHO_SET_SAMPLING_RATE

_lib = ctypes.PyDLL(wheel.__file__)
_lib.speex_echo_state_init.argtypes = (ctypes.c_int, ctypes.c_int)
_lib.speex_echo_state_init.restype = ctypes.c_void_p
_lib.speex_echo_state_destroy.argtypes = (ctypes.c_void_p,)
_lib.speex_echo_state_reset.argtypes = (ctypes.c_void_p,)
_lib.speex_echo_ctl.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_lib.speex_echo_cancellation.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p)


class SpeexFilter:
    """One call's adaptive filter of `tail` samples. Not thread-safe."""

    def __init__(self, tail: int) -> None:
        self._state: int | None = _lib.speex_echo_state_init(FRAME_SAMPLES, tail)
        if not self._state:
            raise AudioError(f"libspeexdsp makes no echo canceller of {tail} samples")
        rate = ctypes.c_int(SAMPLE_RATE)
        _lib.speex_echo_ctl(self._state, _SET_SAMPLING_RATE, ctypes.addressof(rate))
        self._out = ctypes.create_string_buffer(FRAME_BYTES)

    def process(self, near: bytes, far: bytes) -> bytes:
        """What is left of the caller's frame `near` without the echo of `far`; FRAME_BYTES each."""
        if len(near) != FRAME_BYTES or len(far) != FRAME_BYTES:
            raise AudioError(f"the echo canceller takes {FRAME_BYTES} bytes, not {len(near)} and {len(far)}")
        _lib.speex_echo_cancellation(self._state, near, far, self._out)
        return self._out.raw

    def reset(self) -> None:
        """Forget the echo's path."""
        _lib.speex_echo_state_reset(self._state)

    def __del__(self) -> None:
        if state := self.__dict__.pop("_state", None):
            _lib.speex_echo_state_destroy(state)
