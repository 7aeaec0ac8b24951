"""Where results go: over real HTTP and SMTP on loopback, and into real files."""

from __future__ import annotations

import asyncio
import base64
import csv
import socket
import sqlite3
from collections.abc import Iterator
from email import message_from_string
from pathlib import Path

import pytest

from agent.dialplan.results import Sink
from agent.tools.outbox import Outbox
from agent.tools.record import Record, Spoken, Who
from agent.tools.sinks import PAGE, ResultDesk, result_desk
from tests.tools.mail_server import MailServer
from tests.tools.web import Web

AT = "2026-11-30T08:00:00+00:00"
VALUES = (("day", "2026-12-01"), ("name", "Jo Smith"), ("phone", ""))


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer().serving() as server:
        yield server


def record(number: int = 1) -> Record:
    return Record("book", f"call-{number}", "+4930123456", AT, VALUES)


def handed(number: int = 1) -> Record:
    """Of a caller who is put through."""
    transcript = (
        Spoken(Who.BOT, "Who is it?", ("name",)),
        Spoken(Who.CALLER, "jo smith and my number is five five five oh one", ("name",)),
        Spoken(Who.CALLER, "i have 3 dogs, call 5550199", ()),
    )
    return Record("", f"call-{number}", "+4930123456", AT, (("name", "Jo Smith"),), "desk", transcript)


def desk(tmp_path: Path, *sinks: dict[str, object]) -> ResultDesk:
    return result_desk([Sink.model_validate(sink) for sink in sinks], tmp_path, Outbox(tmp_path / "results.db"))


def email(port: int, **keys: object) -> dict[str, object]:
    way = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "bot@example.com"}
    return {"email": {**way, "to": ["desk@example.com", "jo@example.com"], **keys}}


def waits(tmp_path: Path) -> int:
    database = sqlite3.connect(tmp_path / "results.db")
    (count,) = database.execute("SELECT count(*) FROM results").fetchone()
    database.close()
    return int(count)


def written(tmp_path: Path) -> bytes:
    return b"".join(path.read_bytes() for path in tmp_path.iterdir())


async def test_a_webhook_gets_a_json_object_with_a_key(web: Web, tmp_path: Path) -> None:
    results = desk(tmp_path, {"webhook": {"url": f"{web.url}/in"}})
    await results.deliver(record())
    await results.deliver(record(2))
    method, path, headers, body = web.requests[0]
    assert (method, path) == ("POST", "/in")
    assert body == {"flow": "book", "call": "call-1", "caller": "+4930123456", "at": AT, "values": dict(VALUES)}
    assert headers["Idempotency-Key"] != web.requests[1][2]["Idempotency-Key"]
    assert waits(tmp_path) == 0
    await results.close()


async def test_what_is_redacted_never_gets_there_nor_into_the_outbox(web: Web, tmp_path: Path) -> None:
    web.says((500, {}, b""))
    results = desk(tmp_path, {"webhook": {"url": web.url}, "redact": ["name", "phone", "caller"]})
    await results.deliver(record())
    body = web.requests[0][3]
    assert (body["caller"], body["values"]) == ("redacted", {"day": "2026-12-01", "name": "redacted", "phone": ""})
    await results.close()
    assert b"2026-12-01" in written(tmp_path)
    assert b"Smith" not in written(tmp_path)
    assert b"4930" not in written(tmp_path)


async def test_a_webhook_that_wants_transcripts_gets_what_was_said_and_the_calls_id(web: Web, tmp_path: Path) -> None:
    results = desk(tmp_path, {"webhook": {"url": web.url}, "transcripts": True})
    await results.deliver(handed())
    assert web.requests[0][3] == {
        "transfer": "desk",
        "call": "call-1",
        "caller": "+4930123456",
        "at": AT,
        "values": {"name": "Jo Smith"},
        "transcript": [
            {"who": "bot", "said": "Who is it?"},
            {"who": "caller", "said": "jo smith and my number is five five five oh one"},
            {"who": "caller", "said": "i have 3 dogs, call 5550199"},
        ],
    }
    await results.close()


async def test_where_no_transcripts_are_wanted_none_go(web: Web, tmp_path: Path) -> None:
    results = desk(tmp_path, {"webhook": {"url": web.url}}, {"csv": "calls.csv", "transcripts": True})
    await results.deliver(handed(1))
    await results.deliver(record(2))
    assert [body["call"] for _, _, _, body in web.requests] == ["call-2"]
    with (tmp_path / "calls.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Call"] for row in rows] == ["call-1", "call-2"]
    assert (rows[0]["Transfer"], rows[1]["Transfer"]) == ("desk", "")
    assert rows[0]["Transcript"].splitlines()[0] == "bot: Who is it?"
    await results.close()


async def test_a_turn_with_a_redacted_value_gets_nowhere(web: Web, tmp_path: Path) -> None:
    web.says((500, {}, b""))
    redact = ["name", "caller", "numbers"]
    results = desk(tmp_path, {"webhook": {"url": web.url}, "transcripts": True, "redact": redact})
    await results.deliver(handed())
    said = [one["said"] for one in web.requests[0][3]["transcript"]]
    assert said == ["redacted", "redacted", "i have 3 dogs, call redacted"]
    await results.close()
    for secret in (b"smith", b"Smith", b"five five", b"5550199", b"4930"):
        assert secret not in written(tmp_path)


async def test_a_flow_and_a_transfer_of_the_same_second_are_two_results(web: Web, tmp_path: Path) -> None:
    results = desk(tmp_path, {"webhook": {"url": web.url}, "transcripts": True})
    await results.deliver(Record("desk", "call-1", "", AT, ()))
    await results.deliver(handed())
    assert len({headers["Idempotency-Key"] for _, _, headers, _ in web.requests}) == 2
    await results.close()


async def test_a_webhook_that_fails_for_a_moment_is_tried_again_by_the_same_key(web: Web, tmp_path: Path) -> None:
    web.says((503, {}, b""), (200, {}, b"thanks"))
    results = desk(tmp_path, {"webhook": {"url": web.url}})
    await results.deliver(record())
    assert len({headers["Idempotency-Key"] for _, _, headers, _ in web.requests}) == 1
    assert len(web.requests) == 2
    assert waits(tmp_path) == 0
    await results.close()


async def test_what_cannot_be_brought_waits_for_the_next_result_and_comes_first(web: Web, tmp_path: Path) -> None:
    web.says((503, {}, b""))
    results = desk(tmp_path, {"webhook": {"url": web.url}})
    await results.deliver(record(1))
    assert waits(tmp_path) == 1
    web.requests.clear()
    web.says((200, {}, b""))
    await results.deliver(record(2))
    assert [body["call"] for _, _, _, body in web.requests] == ["call-1", "call-2"]
    assert waits(tmp_path) == 0
    await results.close()


async def test_another_agent_brings_what_waits_and_tries_again_and_again(web: Web, tmp_path: Path) -> None:
    web.says((503, {}, b""))
    first = desk(tmp_path, {"webhook": {"url": web.url}})
    await first.deliver(record())
    await first.close()
    web.says(*[(503, {}, b"")] * 4, (200, {}, b""))
    sink, outbox = Sink.model_validate({"webhook": {"url": web.url}}), Outbox(tmp_path / "results.db")
    later = result_desk([sink], tmp_path, outbox, retry_s=0.01)
    running = asyncio.create_task(later.run())
    for _ in range(1_000):
        if waits(tmp_path):
            await asyncio.sleep(0.01)
    assert waits(tmp_path) == 0
    await later.close()
    await running


async def test_what_waits_is_brought_once_where_two_desks_have_the_same_sink(web: Web, tmp_path: Path) -> None:
    web.says((503, {}, b""))
    sink, outbox = Sink.model_validate({"webhook": {"url": web.url}}), Outbox(tmp_path / "results.db")
    one, two = (result_desk([sink], tmp_path, outbox) for _ in range(2))
    await one.deliver(record(1))
    web.requests.clear()
    web.says((200, {}, b""))
    await asyncio.gather(one.deliver(record(2)), two.deliver(record(3)))
    assert sorted(body["call"] for _, _, _, body in web.requests) == ["call-1", "call-2", "call-3"]
    await asyncio.gather(one.close(), two.close())


async def test_a_desk_that_retires_brings_what_is_on_its_way_to_its_end(web: Web, tmp_path: Path) -> None:
    results = desk(tmp_path, {"webhook": {"url": web.url}})
    caller = asyncio.create_task(results.deliver(record()))
    await asyncio.sleep(0)
    caller.cancel()
    await results.close()
    assert len(web.requests) == 1
    assert waits(tmp_path) == 0


async def test_what_is_never_taken_does_not_stop_the_others_and_is_kept_for_another_agent(
    web: Web, tmp_path: Path
) -> None:
    web.says((400, {}, b""))
    results = desk(tmp_path, {"webhook": {"url": web.url}})
    for number in (1, 2):
        await results.deliver(record(number))
    web.says((200, {}, b""))
    await results.deliver(record(3))
    assert [body["call"] for _, _, _, body in web.requests] == ["call-1", "call-2", "call-3"]
    assert waits(tmp_path) == 2
    await results.close()
    later = desk(tmp_path, {"webhook": {"url": web.url}})
    await later.deliver(record(4))
    assert [body["call"] for _, _, _, body in web.requests[3:]] == ["call-1", "call-2", "call-4"]
    await later.close()


async def test_more_than_a_page_is_brought(web: Web, tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "results.db")
    results = desk(tmp_path, {"csv": "calls.csv"})
    (tmp_path / "calls.csv").mkdir()
    await results.deliver(record(0))
    (waiting,) = sqlite3.connect(tmp_path / "results.db").execute("SELECT sink FROM results").fetchone()
    for number in range(1, PAGE + 2):
        await outbox.put(waiting, record(number))
    (tmp_path / "calls.csv").rmdir()
    await results.deliver(record(PAGE + 2))
    assert (tmp_path / "calls.csv").read_text().count("call-") == PAGE + 3
    assert waits(tmp_path) == 0
    await results.close()
    await outbox.close()


async def test_a_mistake_of_ours_and_a_damaged_outbox_raise_nothing(web: Web, tmp_path: Path) -> None:
    results = desk(tmp_path, {"webhook": {"url": web.url}})
    await results.deliver(Record("book", "call", "", AT, (("name", "\ud800"),)))
    await results.deliver(record())
    damaged = sqlite3.connect(tmp_path / "results.db")
    damaged.execute("INSERT INTO results (sink, record) SELECT sink, 'x' FROM results UNION SELECT 'a', 'x'")
    damaged.commit()
    damaged.close()
    await results.deliver(record(2))
    await results.close()


async def test_a_sink_that_is_down_does_not_stop_the_others(
    web: Web, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        down: dict[str, object] = {"webhook": {"url": f"http://127.0.0.1:{closed.getsockname()[1]}/token-abc"}}
        results = desk(tmp_path, down, {"csv": "calls.csv"}, {"webhook": {"url": web.url}})
        await results.deliver(record())
    assert len(web.requests) == 1
    with (tmp_path / "calls.csv").open(newline="") as file:
        assert [row["name"] for row in csv.DictReader(file)] == ["Jo Smith"]
    said = "".join(capfd.readouterr())
    assert "result not delivered" in said
    assert "Smith" not in said
    assert "token-abc" not in said
    await results.close()


async def test_without_an_outbox_a_result_is_sent_all_the_same(web: Web, tmp_path: Path) -> None:
    (tmp_path / "results.db").mkdir()
    results = desk(tmp_path, {"webhook": {"url": web.url}})
    await results.deliver(record())
    assert len(web.requests) == 1
    await results.close()


async def test_a_csv_that_cannot_be_written_waits(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").mkdir()
    results = desk(tmp_path, {"csv": "calls.csv"})
    await results.deliver(record(1))
    assert waits(tmp_path) == 1
    (tmp_path / "calls.csv").rmdir()
    await results.deliver(record(2))
    assert (tmp_path / "calls.csv").read_text().count("call-") == 2
    await results.close()


async def test_a_mail_has_what_was_taken_down(mail_server: MailServer, tmp_path: Path) -> None:
    results = desk(tmp_path, {**email(mail_server.port), "redact": ["name"]})
    await results.deliver(record())
    sender, recipients, text = mail_server.mails[0]
    assert (sender, recipients) == ("bot@example.com", ["desk@example.com", "jo@example.com"])
    mail = message_from_string(text)
    assert mail["Subject"] == "A call was taken down"
    assert mail["Date"] == "Mon, 30 Nov 2026 08:00:00 +0000"
    assert mail["Message-ID"].endswith("@example.com>")
    assert "day: 2026-12-01\nname: redacted\n" in mail.get_payload()
    await results.close()


async def test_a_mail_has_what_was_said(mail_server: MailServer, tmp_path: Path) -> None:
    results = desk(tmp_path, {**email(mail_server.port), "transcripts": True, "redact": ["name"]})
    await results.deliver(handed())
    text = message_from_string(mail_server.mails[0][2]).get_payload()
    assert text.startswith("transfer: desk\n")
    assert "name: redacted\n\nbot: redacted\ncaller: redacted\ncaller: i have 3 dogs, call 5550199" in text
    await results.close()


async def test_the_mail_servers_password_comes_from_a_file(mail_server: MailServer, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret\n")
    password = {"file": str(tmp_path / "password")}
    results = desk(tmp_path, email(mail_server.port, user="bot", password=password))
    await results.deliver(record())
    assert [base64.b64decode(login) for login in mail_server.logins] == [b"\0bot\0secret"]
    await results.close()


@pytest.mark.parametrize("reply", ["451 later", "550 never"])
async def test_a_mail_that_is_refused_waits(mail_server: MailServer, tmp_path: Path, reply: str) -> None:
    mail_server.refuses = reply
    results = desk(tmp_path, email(mail_server.port))
    await results.deliver(record())
    assert waits(tmp_path) == 1
    await results.close()
    mail_server.refuses = ""
    later = desk(tmp_path, email(mail_server.port))
    await later.deliver(record(2))
    assert len(mail_server.mails) == 2
    await later.close()


async def test_a_server_without_tls_gets_no_mail_that_is_to_be_secured(mail_server: MailServer, tmp_path: Path) -> None:
    results = desk(tmp_path, email(mail_server.port, security="starttls"))
    await results.deliver(record())
    assert mail_server.mails == []
    assert waits(tmp_path) == 1
    await results.close()
