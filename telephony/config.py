"""What a line process is told: read once, checked, handed over as JSON on its standard input.

`offhook.toml`'s `[sip]`, `[limits]`, `[[trunk]]` and `[numbers]` tables have exactly these keys.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FieldSerializationInfo,
    IPvAnyNetwork,
    SecretStr,
    StringConstraints,
    field_serializer,
)

Codec = Literal["PCMU", "PCMA", "G722"]
DIAL_AT = r"^$|^(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?(;transport=(udp|tcp))?$"  # "pbx.example.com:5070"
Prefix = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{1,20}$")]


class Section(BaseModel):
    """A table of the configuration: unknown keys are errors, values don't change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Registration(Section):
    """The bot registers at a registrar with digest authentication (RFC 3261, 10 and 22)."""

    registrar: str  # "sip:pbx.example.com:5060" or with ";transport=tcp"
    username: str
    password: SecretStr
    realm: str = "*"
    expires: Annotated[int, Field(ge=30, le=86_400)] = 300
    line: int = 0  # which line process registers

    @field_serializer("password", when_used="json")
    def _hide(self, password: SecretStr, info: FieldSerializationInfo) -> str:
        reveal = isinstance(info.context, dict) and info.context.get("reveal") is True
        return password.get_secret_value() if reveal else str(password)


class Outbound(Section):
    """To which numbers the bot may place calls of its own at a trunk, as begins of numbers in the form that callers'
    have after normalisation: "+4930", or "20" where the trunk has no `country_code`."""

    to: Annotated[tuple[Prefix, ...], Field(min_length=1, max_length=100)]
    never: Annotated[tuple[Prefix, ...], Field(max_length=100)] = ()  # among them
    an_hour: Annotated[int, Field(ge=1, le=1_000)] = 10  # calls, of each line process


class Trunk(Section):
    """A peer that may call us."""

    name: Annotated[str, Field(min_length=1, pattern=r"^[A-Za-z0-9_.-]+$")]
    peers: tuple[IPvAnyNetwork, ...] = ()  # address ranges that may call
    registration: Registration | None = None
    outbound_proxy: str = ""
    codecs: tuple[Codec, ...] = ("PCMU", "PCMA", "G722")  # in order of preference
    called_from: Literal["request-uri", "to", "diversion"] = "request-uri"
    trusted: bool = False  # take the caller from P-Asserted-Identity
    country_code: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,2}$")] | None = None  # normalise to E.164
    national_prefix: str = "0"
    international_prefix: str = "00"
    dial_at: Annotated[str, Field(pattern=DIAL_AT)] = ""  # host of the numbers that a transfer dials: see `home_of`
    transfer_hosts: tuple[str, ...] = ()  # hosts that a SIP URI to be transferred to may name, besides that one
    outbound: Outbound | None = None  # None: the bot places no calls of its own here


class Sip(Section):
    """Where the user agent listens and what it says of itself."""

    port: Annotated[int, Field(ge=0, le=65_535)] = 5060
    bind: str = "0.0.0.0"
    public_address: str = ""  # goes into Contact and SDP
    tcp: bool = True
    rtp_ports: tuple[int, int] = (16_384, 16_999)
    keep_alive_s: Annotated[int, Field(ge=0)] = 15
    session_expires_s: Annotated[int, Field(ge=90)] = 1800
    trace_call: str = ""  # write the SIP messages of calls from/to this number to the log


class Limits(Section):
    """When a call ends by itself."""

    max_call_s: Annotated[int, Field(ge=1)] = 3600
    media_lost_s: Annotated[float, Field(gt=0)] = 3.0
    media_dead_s: Annotated[float, Field(gt=0)] = 30.0
    conversations: Annotated[int, Field(ge=1, le=3)] = 3  # of the wheel's four slots: `telephony.call.slots`
    full_status: Literal[486, 503] = 503  # answered where there is none left


class LineConfig(Section):
    """Everything one line process needs."""

    line: int = 0
    run_dir: Path
    sip: Sip = Sip()
    limits: Limits = Limits()
    trunks: tuple[Trunk, ...] = ()
    numbers: dict[str, str] = {}  # called number -> dialplan name; "*" is the catch-all
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def for_worker(self) -> str:
        """JSON for the worker's standard input, passwords in the clear: for that pipe and nothing else."""
        return self.model_dump_json(context={"reveal": True})
