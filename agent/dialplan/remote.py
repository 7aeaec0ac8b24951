"""Far sides that a dialplan names: addresses, headers, and secrets that are not in the file."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from agent.dialplan.section import Section, Text

HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+$", max_length=60)]
MOST_HEADERS = 20


class Secret(Section):
    """Where a secret is: exactly one of the two."""

    env: Text | None = None  # an environment variable of the agent
    file: Text | None = None  # an absolute path; spaces around what is in it do not count


class Method(StrEnum):
    """What is done to the address. With GET and DELETE the arguments are in the query, else they are a JSON object."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


Headers = Annotated[Mapping[HeaderName, Text], Field(max_length=MOST_HEADERS)]
SecretHeaders = Annotated[Mapping[HeaderName, Secret], Field(max_length=MOST_HEADERS)]


class Http(Section):
    """An HTTP endpoint that takes and gives a JSON object."""

    url: Text
    method: Method = Method.POST
    headers: Headers = Field(default_factory=dict)
    secret_headers: SecretHeaders = Field(default_factory=dict)


class Mcp(Section):
    """A tool of an MCP server: of a program that talks over its standard input and output, or at an address."""

    tool: Text
    command: Annotated[tuple[Text, ...], Field(max_length=50)] = ()
    url: Text | None = None
    secret_headers: SecretHeaders = Field(default_factory=dict)
