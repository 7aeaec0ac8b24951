"""What an OpenAI-compatible server streams: lines of server-sent events, each a piece of the reply as JSON. Pure.

Format: https://html.spec.whatwg.org/multipage/server-sent-events.html, of which only `data:` counts here.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from agent.errors import LanguageModelError

LARGEST = 262_144  # bytes of a stream
_DATA = b"data:"
_OVER = b"[DONE]"


class _Delta(msgspec.Struct, frozen=True):
    content: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    delta: _Delta = _Delta()
    finish_reason: str | None = None


class _Event(msgspec.Struct, frozen=True):
    choices: tuple[_Choice, ...] = ()
    error: msgspec.Raw | None = None


class EventStream:
    """Puts blocks of bytes together. `whole` once the server has said that the reply is."""

    def __init__(self) -> None:
        self.whole = False
        self._rest = b""
        self._size = 0

    def feed(self, block: bytes) -> Iterator[str]:
        """The pieces of text that are complete with a block. Raises LanguageModelError for what is no such stream, and
        for a reply that ended otherwise than by itself."""
        self._size += len(block)
        if self._size > LARGEST:
            raise LanguageModelError(f"the endpoint sent more than {LARGEST} bytes")
        *lines, self._rest = (self._rest + block).split(b"\n")
        for line in lines:
            yield from self._line(line.strip())

    def _line(self, line: bytes) -> Iterator[str]:
        if not line.startswith(_DATA):
            return  # a comment, a field that does not count, or the end of an event
        data = line.removeprefix(_DATA).strip()
        if data == _OVER:
            return
        try:
            event = msgspec.json.decode(data, type=_Event)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise LanguageModelError("the endpoint's stream can't be read") from None
        if event.error is not None:
            raise LanguageModelError("the endpoint gave an error in its stream")
        for choice in event.choices[:1]:
            if choice.delta.content:
                yield choice.delta.content
            if choice.finish_reason not in (None, "stop"):
                raise LanguageModelError(f"the reply ended by {choice.finish_reason[:20]!r}")
            self.whole = self.whole or choice.finish_reason == "stop"
