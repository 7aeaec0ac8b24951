"""Results as mail, handed to a mail server."""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from agent.dialplan.results import Email, Security
from agent.errors import ToolFailed
from agent.tools.headers import value_of
from agent.tools.record import Record

TIMEOUT_S = 10.0  # of each step with the server


def mail(email: Email, record: Record, key: str) -> None:
    """Hand a result to the server; blocking. The same key makes the same Message-ID. Raises ToolFailed."""
    try:
        with _server(email) as server:
            if email.user is not None and email.password is not None:
                server.login(email.user, value_of(email.password))
            server.send_message(_letter(email, record, key))
    except smtplib.SMTPResponseException as error:
        raise ToolFailed(f"the mail server answered {error.smtp_code}", passing=error.smtp_code < 500) from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise ToolFailed(f"the mail server can't be used: {type(error).__name__}") from None


def _server(email: Email) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if email.security is Security.TLS:
        return smtplib.SMTP_SSL(email.host, email.port, timeout=TIMEOUT_S, context=context)
    server = smtplib.SMTP(email.host, email.port, timeout=TIMEOUT_S)
    if email.security is Security.STARTTLS:
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def _letter(email: Email, record: Record, key: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = email.sender, ", ".join(email.to), email.subject
    letter["Date"] = format_datetime(datetime.fromisoformat(record.at))
    letter["Message-ID"] = f"<{key}@{email.sender.partition('@')[2]}>"
    of = ("transfer", record.transfer) if record.transfer else ("flow", record.flow)
    lines = [of, ("at", record.at), ("caller", record.caller), ("call", record.call), *record.values]
    text = "\n".join(f"{name}: {value}" for name, value in lines)
    letter.set_content(f"{text}\n\n{record.conversation}\n" if record.transcript else f"{text}\n")
    return letter
