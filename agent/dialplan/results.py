"""Where the results of finished flows go, and what was said before a caller was put through."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from agent.dialplan.calendar import FileName
from agent.dialplan.remote import Headers, Secret, SecretHeaders
from agent.dialplan.section import Name, Section, Text

MOST_SINKS = 10
CALLER = "caller"  # among what is redacted: the number that they call from
NUMBERS = "numbers"  # likewise: every number of four digits or more in what was said
MESSAGE = "message"  # likewise: what was said while a message was taken
Address = Annotated[str, StringConstraints(pattern=r"^[^\s@,;<>]+@[^\s@,;<>]+$", max_length=254)]


class Webhook(Section):
    """An address that gets a JSON object by POST, with an `Idempotency-Key`."""

    url: Text
    headers: Headers = Field(default_factory=dict)
    secret_headers: SecretHeaders = Field(default_factory=dict)


class Security(StrEnum):
    """How the way to the mail server is secured."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Email(Section):
    """A mail a result, handed to a mail server."""

    host: Text
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    security: Security = Security.STARTTLS
    user: Text | None = None
    password: Secret | None = None
    sender: Address
    to: Annotated[tuple[Address, ...], Field(min_length=1, max_length=20)]
    subject: Text = "A call was taken down"


class Sink(Section):
    """One place where results go: exactly one of `webhook`, `csv` and `email`. What is redacted never gets there. With
    `transcripts` it is told of every caller who is put through, before the target rings: to whom, by which id, and what
    was said."""

    webhook: Webhook | None = None
    csv: FileName | None = None  # in the bot's data directory
    email: Email | None = None
    redact: Annotated[tuple[Name, ...], Field(max_length=50)] = ()  # names of values, and CALLER, NUMBERS, MESSAGE
    transcripts: bool = False
