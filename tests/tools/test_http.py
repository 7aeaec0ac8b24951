"""Tools that are HTTP endpoints, over real HTTP on loopback."""

from __future__ import annotations

import asyncio
import gzip
import socket
from pathlib import Path

import pytest

from agent.dialplan.remote import Http, Method, Secret
from agent.errors import ToolFailed, ToolRefused
from agent.tools.endpoint import LARGEST
from agent.tools.http import HttpTool
from tests.tools.web import Answer, Web


async def ran(http: Http, arguments: dict[str, str] | None = None, idempotent: bool = False) -> dict[str, object]:
    tool = HttpTool(http, idempotent)
    try:
        return dict(await tool.run(arguments or {}, "the key"))
    finally:
        await tool.close()


async def failure(web: Web, *answers: Answer) -> ToolFailed:
    web.says(*answers)
    with pytest.raises(ToolFailed) as failed:
        await ran(Http(url=web.url), {"name": "Jo"})
    return failed.value


async def test_arguments_are_a_json_object_and_so_is_the_answer(web: Web) -> None:
    web.says({"when": "at nine"})
    assert await ran(Http(url=f"{web.url}/book?shop=1", headers={"X-Shop": "Bella"}), {"name": "Jö"}) == {
        "when": "at nine"
    }
    method, path, headers, body = web.requests[0]
    assert (method, path, body) == ("POST", "/book?shop=1", {"name": "Jö"})
    assert (headers["X-Shop"], headers["Content-Type"]) == ("Bella", "application/json")
    assert "Idempotency-Key" not in headers


@pytest.mark.parametrize("method", [Method.GET, Method.DELETE])
async def test_get_and_delete_have_them_in_the_query(web: Web, method: Method) -> None:
    await ran(Http(url=f"{web.url}/free?shop=1", method=method), {"day": "2026-12-01", "name": "a&b"})
    assert web.requests[0][:2] == (method, "/free?shop=1&day=2026-12-01&name=a%26b")


async def test_who_is_idempotent_gets_the_key(web: Web) -> None:
    await ran(Http(url=web.url), idempotent=True)
    assert web.requests[0][2]["Idempotency-Key"] == "the key"


async def test_secrets_come_from_the_environment_and_from_files(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFHOOK_TEST_TOKEN", "Bearer abc")
    (tmp_path / "token").write_text("xyz\n")
    secrets = {"Authorization": Secret(env="OFFHOOK_TEST_TOKEN"), "X-Api-Key": Secret(file=str(tmp_path / "token"))}
    await ran(Http(url=web.url, secret_headers=secrets))
    assert web.requests[0][2]["Authorization"] == "Bearer abc"
    assert web.requests[0][2]["X-Api-Key"] == "xyz"


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe", b"two\nlines"])
async def test_a_secret_that_is_not_there_sends_nothing_and_is_not_told(
    web: Web, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ToolFailed) as failed:
        await ran(Http(url=web.url, secret_headers={"X-Api-Key": Secret(file=str(file))}))
    assert not failed.value.sent
    assert "two" not in str(failed.value)
    assert web.requests == []


@pytest.mark.parametrize("status", [200, 409, 500])
async def test_a_refusal_is_one_whatever_the_status(web: Web, status: int) -> None:
    web.says((status, {}, b'{"refused": "taken"}'))
    with pytest.raises(ToolRefused, match=r"^taken$"):
        await ran(Http(url=web.url))


async def test_a_refusal_that_is_no_code_is_not_taken_over(web: Web) -> None:
    web.says({"refused": "Sorry, Jo!"})
    with pytest.raises(ToolRefused, match=r"^unnamed$"):
        await ran(Http(url=web.url))


@pytest.mark.parametrize(
    ("status", "sent", "passing"),
    [(400, False, False), (404, False, False), (408, True, True), (429, False, True), (500, True, True)],
)
async def test_what_is_no_success_is_a_failure(web: Web, status: int, sent: bool, passing: bool) -> None:
    failed = await failure(web, (status, {}, b"Jo is not known"))
    assert (str(failed), failed.sent, failed.passing) == (f"the server answered {status}", sent, passing)


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b"\xff", b'"Jo"', b"[" * 50_000])
async def test_what_is_no_json_object_is_a_failure(web: Web, body: bytes) -> None:
    assert str(await failure(web, (200, {}, body))).startswith("the answer is no JSON")


async def test_no_answer_at_all_is_an_empty_one(web: Web) -> None:
    web.says((204, {}, b""))
    assert await ran(Http(url=web.url)) == {}


async def test_an_answer_that_is_too_long_is_not_read_to_its_end(web: Web) -> None:
    failed = await failure(web, (200, {}, b'{"a": "' + b"x" * LARGEST + b'"}'))
    assert str(failed) == f"the answer is longer than {LARGEST} bytes"


async def test_an_answer_that_is_compressed_is_not_unpacked(web: Web) -> None:
    bomb = gzip.compress(b'{"a": "' + bytes(1_000_000) + b'"}')
    assert "compressed" in str(await failure(web, (200, {"Content-Encoding": "gzip"}, bomb)))
    assert web.requests[0][2]["Accept-Encoding"] == "identity"


async def test_a_header_that_is_none_sends_nothing(web: Web) -> None:
    with pytest.raises(ToolFailed, match="X-Shop") as failed:
        await ran(Http(url=web.url, headers={"X-Shop": "Salon\nBella"}))
    assert not failed.value.sent


async def test_a_connection_that_breaks_may_have_done_it(web: Web) -> None:
    failed = await failure(web, (0, {}, b""))
    assert failed.sent
    assert failed.passing


async def test_where_nobody_listens_nothing_was_done() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(ToolFailed, match="no connection") as failed:
            await ran(Http(url=f"http://127.0.0.1:{closed.getsockname()[1]}"))
    assert not failed.value.sent


async def test_redirects_are_followed_within_the_service(web: Web) -> None:
    web.says((307, {"Location": "/there"}, b""), {"when": "at nine"})
    assert await ran(Http(url=web.url), {"name": "Jo"}) == {"when": "at nine"}
    assert [(path, body) for _, path, _, body in web.requests] == [("/", {"name": "Jo"}), ("/there", {"name": "Jo"})]


async def test_redirects_to_another_service_are_not_followed(web: Web) -> None:
    with Web().serving() as other:
        failed = await failure(web, (307, {"Location": f"{other.url}/there"}, b""))
        assert "another host" in str(failed)
        assert other.requests == []


async def test_redirects_without_end_are_a_failure(web: Web) -> None:
    assert "more than 3 times" in str(await failure(web, (307, {"Location": "/again"}, b"")))


async def test_it_can_be_given_up_at_any_time(web: Web) -> None:
    web.hold.clear()
    tool = HttpTool(Http(url=web.url), idempotent=False)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await tool.run({}, "")
    web.hold.set()
    assert await tool.run({}, "") == {}
    await tool.close()
