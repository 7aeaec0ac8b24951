"""Where results go by a dialplan: what is wrong with that is said where it is, with the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.dialplan.load import load
from tests.dialplan.test_load import GOOD, findings

MAIL = "email: {host: mail.example.com, sender: a@example.com, to: [b@example.com]"


def with_results(*sinks: str) -> str:
    """The good file with sinks, whose first is in line 15 from column 5 on."""
    return GOOD + "results:\n" + "".join(f"  - {sink}\n" for sink in sinks)


def test_good_sinks_are_read(tmp_path: Path) -> None:
    text = with_results(
        "{webhook: {url: 'https://a.example.com', secret_headers: {X-Key: {file: /etc/key}}}, redact: [numbers]}",
        "{csv: calls.csv}",
        f"{{{MAIL}, user: bot, password: {{env: PASSWORD}}}}}}",
    )
    assert findings(tmp_path, text) == []
    webhook, _, email = load(tmp_path / "plan.yaml").results
    assert webhook.redact == ("numbers",)
    assert email.email is not None
    assert (email.email.port, email.email.security) == (587, "starttls")


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (with_results("{}"), '15:5: results go nowhere from here; write one of "webhook", "csv" and "email"'),
        (
            with_results("{csv: a.csv, webhook: {url: 'https://a.example.com'}}"),
            '15:6: "csv" is an entry of its own beside "webhook"; write two',
        ),
        (
            with_results("{webhook: {url: 'http://a.example.com'}}"),
            '15:21: what callers say would go to "a.example.com" in clear; write "https://"',
        ),
        (
            with_results("{csv: /tmp/a.csv}"),
            '15:11: "/tmp/a.csv" can\'t be used; a file is a plain name such as "calls.csv", '
            "in the bot's data directory",
        ),
        (
            with_results(f"{{{MAIL}, security: none}}}}"),
            '15:92: what callers say would go to "mail.example.com" in clear; write "security: starttls" or "tls"',
        ),
        (
            with_results(f"{{{MAIL}, user: bot}}}}"),
            '15:13: "user" and "password" go together; write "password" too, or leave both out',
        ),
        (
            with_results(f"{{{MAIL}, password: {{env: A}}}}}}"),
            '15:13: "user" and "password" go together; write "user" too, or leave both out',
        ),
        (
            with_results(f"{{{MAIL}, user: bot, password: abc}}}}"),
            "15:103: a secret has no place in this file; write {env: NAME} or {file: PATH} instead, "
            "and change the secret",
        ),
        (
            with_results(MAIL.replace("b@example.com", "nobody").join("{}").replace("]}", "]}}")),
            '15:66: "nobody" can\'t be used; an address is such as "desk@example.com"',
        ),
        (
            with_results("{csv: a.csv, transcripts: true}"),
            '15:31: transcripts go with callers who are put through, and nobody is; add "transfers", or leave it out',
        ),
        (
            with_results("{csv: a.csv, transcripts: yes please}"),
            '15:31: "transcripts" must be on or off, not text; write "on" or "off"',
        ),
        (with_results("{csv: a.csv, redact: [caller, caller]}"), '15:35: "caller" is here twice; remove one'),
        (
            with_results("{csv: a.csv, redact: [callr]}"),
            '15:27: nothing of this name is told, so nothing is redacted; did you mean "caller"?',
        ),
        (
            with_results("{csv: a.csv, redact: [policy]}"),
            "15:27: nothing of this name is told, so nothing is redacted; write the name of a slot or of a tool's "
            "value",
        ),
    ],
)
def test_a_mistake_in_a_sink_is_said_where_it_is(tmp_path: Path, text: str, finding: str) -> None:
    assert finding in findings(tmp_path, text)
