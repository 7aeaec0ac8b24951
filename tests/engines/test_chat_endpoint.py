"""A model at an address: what is sent, what is read, and every way in which it fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from agent.dialplan.remote import Secret
from agent.engines.chat_endpoint import ChatEndpoint
from agent.engines.chat_fake import FakeChat, event
from agent.engines.contract import Priority
from agent.engines.event_stream import LARGEST, EventStream
from agent.errors import LanguageModelError
from tests.tools.web import Web

REPLY = "The bill comes on the third day."


@pytest_asyncio.fixture
async def chat() -> AsyncIterator[FakeChat]:
    yield FakeChat(REPLY)


def endpoint(chat: FakeChat, key: Secret | None = None) -> ChatEndpoint:
    return ChatEndpoint("https://models.example.com/v1/", "large", key, chat)


async def reply(model: ChatEndpoint) -> list[str]:
    try:
        turns = [("user", "when does the bill come")]
        return [piece async for piece in model.generate("call-1", "Be brief.", turns, 80, Priority.COMMITTED)]
    finally:
        await model.close()


async def test_the_reply_comes_in_pieces(chat: FakeChat) -> None:
    pieces = await reply(endpoint(chat))
    assert len(pieces) == 7
    assert "".join(pieces) == REPLY


async def test_the_model_gets_the_instruction_and_the_turns_and_nothing_of_the_call(chat: FakeChat) -> None:
    await reply(endpoint(chat))
    assert chat.asked == [
        {
            "model": "large",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "when does the bill come"},
            ],
            "max_tokens": 80,
            "temperature": 0,
            "stream": True,
        }
    ]
    assert chat.keys == [""]


async def test_the_key_comes_from_the_environment(chat: FakeChat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFHOOK_TEST_KEY", "abc")
    await reply(endpoint(chat, Secret(env="OFFHOOK_TEST_KEY")))
    assert chat.keys == ["Bearer abc"]


async def test_without_its_key_nothing_is_sent(chat: FakeChat) -> None:
    with pytest.raises(LanguageModelError, match="OFFHOOK_TEST_NO_KEY"):
        await reply(endpoint(chat, Secret(env="OFFHOOK_TEST_NO_KEY")))
    assert chat.asked == []


@pytest.mark.parametrize(
    ("setting", "value", "why"),
    [
        ("dead", True, "ConnectError"),
        ("status", 500, "answered 500"),
        ("status", 401, "answered 401"),
        ("status", 302, "answered 302"),
        ("garbage", True, "can't be read"),
        ("cut_after", 4, "broke off"),
        ("cut_after", 0, "broke off"),
        ("ended", "length", "'length'"),
        ("ended", "content_filter", "'content_filter'"),
    ],
)
async def test_each_failure_is_one_of_ours(chat: FakeChat, setting: str, value: object, why: str) -> None:
    setattr(chat, setting, value)
    with pytest.raises(LanguageModelError, match=why):
        await reply(endpoint(chat))
    assert chat.streaming == 0


async def test_closing_the_iterator_closes_the_request(chat: FakeChat) -> None:
    chat.hangs_after = 1
    pieces = endpoint(chat).generate("call-1", "Be brief.", [("user", "hi")], 80, Priority.COMMITTED)
    assert await anext(pieces) == "The"
    assert chat.streaming == 1
    await pieces.aclose()
    assert chat.streaming == 0


async def test_it_may_be_cancelled_while_it_waits(chat: FakeChat) -> None:
    chat.hangs_after = 0
    asking = asyncio.create_task(reply(endpoint(chat)))
    await chat.begun.wait()
    asking.cancel()
    await asyncio.wait([asking])
    assert asking.cancelled()
    assert chat.streaming == 0


def fed(*blocks: bytes) -> list[str]:
    stream = EventStream()
    return [piece for block in blocks for piece in stream.feed(block)]


def test_a_stream_is_read_however_it_is_cut() -> None:
    whole = b": hello\r\nevent: x\r\n" + b"".join(map(event, ("Ol\u00e1", " you", None)))
    assert fed(*(whole[at : at + 1] for at in range(len(whole)))) == fed(whole) == ["Ol\u00e1", " you"]


@pytest.mark.parametrize(
    "data", [b"{", b"[]", b'"x"', b'{"choices": 3}', b'{"error": {"message": "quota"}}', b'{"choices": [{"delta": 1}]}']
)
def test_what_is_no_piece_of_a_reply_is_refused(data: bytes) -> None:
    with pytest.raises(LanguageModelError):
        fed(b"data: " + data + b"\n")


def test_a_stream_without_end_is_refused() -> None:
    with pytest.raises(LanguageModelError, match="more than"):
        fed(b"x" * LARGEST, b"x")


@pytest.fixture
def web() -> Iterator[Web]:
    with Web().serving() as web:
        yield web


async def test_over_real_http(web: Web) -> None:
    web.says((200, {"Content-Type": "text/event-stream"}, b"".join(map(event, ("I", " see.", None)))))
    assert await reply(ChatEndpoint(f"{web.url}/v1", "large", None)) == ["I", " see."]
    assert web.requests[0][:2] == ("POST", "/v1/chat/completions")
