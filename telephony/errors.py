"""Every error the telephony plane raises on purpose.

::

    TelephonyError
    ├── ConfigError        the configuration is wrong: says which key, why, and what would be right
    ├── ChannelError       the socket between line and agent misbehaved
    │   ├── ChannelClosed  the peer is gone
    │   └── BadMessage     a frame that is not a message we know
    ├── SipError           the SIP stack refused something (port in use, no codec, ...)
    ├── AudioError         a sound file or frame that cannot be used
    ├── CallFailed         a call we placed did not come up; carries the SIP status
    ├── NotAllowed         a number or target that the configuration does not allow us to call
    └── NotSetUp           a trunk at which the configuration lets us call nobody
"""

from __future__ import annotations


class TelephonyError(Exception):
    """Base of all deliberate errors of this plane."""


class ConfigError(TelephonyError):
    """A configuration value that cannot be used: names the key, the reason and the remedy."""


class ChannelError(TelephonyError):
    """The socket between line and agent misbehaved."""


class ChannelClosed(ChannelError):
    """The peer closed its end."""


class BadMessage(ChannelError):
    """A frame that does not decode to a message of `telephony.messages`."""


class SipError(TelephonyError):
    """The SIP stack refused an operation; the text names the operation and its reason."""


class AudioError(TelephonyError):
    """A sound file or buffer that cannot be used."""


class CallFailed(TelephonyError):
    """A call that we placed did not come up.

    `status` is the SIP status code, 0 where none came.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}" if status else reason)
        self.status = status
        self.reason = reason


class NotAllowed(TelephonyError):
    """A target of a transfer or a call that is no number, or that the configuration does not allow: says what would."""


class NotSetUp(TelephonyError):
    """A trunk at which the configuration lets us call nobody: says what would."""
