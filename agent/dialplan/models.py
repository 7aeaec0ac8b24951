"""Who finds the words of an answer, and the strong model that a dialplan may have."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from agent.dialplan.remote import Secret
from agent.dialplan.section import Section, Text

LONGEST_BUDGET_MS = 3_000  # a caller who has heard a filler gets an apology 4 s later, which must never be reached


class Worded(StrEnum):
    """Who finds the words of an answer."""

    AS_WRITTEN = "as_written"
    MODEL = "model"  # the admin says that the language model is able to
    STRONG = "strong"  # that the strong one is


class Strong(Section):
    """A model that words what says `worded: strong`: at an OpenAI-compatible address, or a GGUF on this machine."""

    url: Text | None = None  # up to "/v1"
    name: Text | None = None  # the model's, at the address
    key: Secret | None = None  # what the address wants as a bearer token
    gguf: Text | None = None  # an installed model's name, or a path
    budget_ms: Annotated[int, Field(ge=100, le=LONGEST_BUDGET_MS)] = 1_200  # to its first sentence
    sure: Annotated[float, Field(gt=0, lt=1)] = 0.55  # score below which an answer is said as written
    a_call: Annotated[int, Field(ge=1, le=100)] = 10  # questions to it
    an_hour: Annotated[int, Field(ge=1, le=100_000)] = 200  # of all calls together


class Models(Section):
    """The models that a dialplan has besides the bot's own."""

    strong: Strong | None = None
