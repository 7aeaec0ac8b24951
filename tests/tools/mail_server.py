"""A mail server on loopback that takes what it gets, as much of SMTP (RFC 5321) as a client needs."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class MailServer:
    """`refuses`: the reply to a mail instead of 250. `mails` are sender, recipients and text of each."""

    def __init__(self) -> None:
        self.refuses = ""
        self.mails: list[tuple[str, list[str], str]] = []
        self.logins: list[str] = []
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                server.talk(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])

    def talk(self, handler: socketserver.StreamRequestHandler) -> None:
        def say(line: str) -> None:
            handler.wfile.write(line.encode() + b"\r\n")

        sender = ""
        recipients: list[str] = []
        say("220 test")
        for raw in handler.rfile:
            line = raw.decode().strip()
            command = line.upper()
            if command.startswith("EHLO"):
                say("250-test")
                say("250 AUTH PLAIN")
            elif command.startswith("AUTH"):
                self.logins.append(line.split()[-1])
                say("235 good")
            elif command.startswith("MAIL"):
                sender, recipients = line.partition("<")[2].partition(">")[0], []
                say(self.refuses or "250 good")
            elif command.startswith("RCPT"):
                recipients.append(line.partition("<")[2].partition(">")[0])
                say("250 good")
            elif command == "DATA":
                say("354 go on")
                lines = iter(lambda: handler.rfile.readline().decode().rstrip("\r\n"), ".")
                self.mails.append((sender, recipients, "\n".join(lines)))
                say("250 good")
            elif command == "QUIT":
                say("221 bye")
                return
            else:
                say("250 good")

    @contextmanager
    def serving(self) -> Iterator[MailServer]:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
