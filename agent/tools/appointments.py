"""The appointment book's process: `python -m agent.tools.appointments`, so that no event loop waits for its disk.

Its `Setting` is the first line of standard input, then an `Order` a line; each is answered by a `Reply`, a line on
standard output. It ends with its input.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from agent.errors import ToolRefused
from agent.tools.bookings import Bookings
from agent.tools.timetable import Timetable


class Setting(msgspec.Struct, frozen=True):
    """Which book it is."""

    path: str
    timetable: Timetable


class Order(msgspec.Struct, frozen=True):
    """What is to be done. `now` is ISO 8601 with an offset."""

    number: int
    operation: str
    arguments: Mapping[str, str]
    key: str
    now: datetime


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of the order of that number: values, or a code where it was refused, or why it failed."""

    number: int
    values: Mapping[str, str] = {}
    refused: str = ""
    failed: str = ""


def serve(orders: BinaryIO, replies: BinaryIO) -> None:
    """Answer orders to the end of them."""
    setting = msgspec.json.decode(orders.readline(), type=Setting)
    book: Bookings | None = None
    for line in orders:
        order = msgspec.json.decode(line, type=Order)
        try:
            book = book or Bookings(Path(setting.path), setting.timetable)
            reply = _reply(book, order)
        except (OSError, sqlite3.Error) as error:
            reply = Reply(order.number, failed=f"the appointment book can't be used: {error}")
        replies.write(msgspec.json.encode(reply) + b"\n")
        replies.flush()
    if book is not None:
        book.close()


def _reply(book: Bookings, order: Order) -> Reply:
    try:
        return Reply(order.number, values=book.do(order.operation, order.arguments, order.key, order.now))
    except ToolRefused as refusal:
        return Reply(order.number, refused=str(refusal))


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
