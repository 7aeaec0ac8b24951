"""The tools and the calendar of a dialplan: what is wrong with them is said where it is, with the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.dialplan.calendar import Weekday
from agent.dialplan.load import load, read
from agent.dialplan.tools import Operation, Tool
from agent.tools.kind import Kind
from tests.dialplan.test_load import GOOD, findings

FREE = "{name: free, appointments: free, input: {day: date}, output: {times: text}}"
MAY_CHANGE = 'it may change something; write "changes: true", or "changes: false" if it may be tried again'
NO_TIME = 'is no time from and to; write it like "9:00-17:30", or leave out a day that is closed'
KINDS = (
    "use 'text', 'free', 'name', 'address', 'digits', 'phone', 'date', 'time', 'amount', 'email', 'code', 'choice' or "
    "'yes_no'"
)


def with_tools(*tools: str) -> str:
    """The good file with tools, whose first is in line 15 from column 5 on."""
    return GOOD + "tools:\n" + "".join(f"  - {tool}\n" for tool in tools)


def with_calendar(*lines: str) -> str:
    """The same with a tool and a calendar, whose first line is 17, from column 3 on."""
    return with_tools(FREE) + "calendar:\n" + "".join(f"  {line}\n" for line in lines)


def http(url: str, keys: str = "", tool: str = "changes: true") -> str:
    return with_tools(f"{{name: a, {tool}, http: {{url: '{url}'{keys}}}}}")


def test_good_tools_are_read(tmp_path: Path) -> None:
    text = with_tools(
        FREE,
        "{name: book, appointments: book, changes: true, input: {day: date, time: time, name: text}, "
        "output: {when: text, reference: digits}}",
        "{name: find, appointments: find, input: {name: name, day: date}, output: {reference: digits}}",
        "{name: order, http: {url: 'https://shop.example.com/order', secret_headers: {Authorization: {env: TOKEN}}}, "
        "changes: true, idempotent: true, seconds: 30, a_call: 2, an_hour: 5, together: 1}",
        "{name: look_up, http: {url: 'http://127.0.0.1:8000/a', method: GET}, output: {number: phone}}",
        "{name: ask, mcp: {command: [server, --fast], tool: ask}, changes: false}",
        "{name: tell, mcp: {url: 'https://mcp.example.com', tool: tell}, changes: true}",
    )
    assert findings(tmp_path, text) == []
    free, book, _, order, look_up, *_ = load(tmp_path / "plan.yaml").tools
    assert (free.appointments, free.input, free.seconds) == (Operation.FREE, {"day": Kind.DATE}, 5)
    assert (book.repeatable, order.repeatable, look_up.repeatable) == (True, True, True)
    assert not Tool(name="a", changes=True).repeatable


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        # Who does the work
        (
            with_tools("{name: a}"),
            '15:5: nobody does the work of this tool; write one of "appointments", "callback", "http" and "mcp"',
        ),
        (
            with_tools("{name: a, appointments: free, input: {day: date}, mcp: {command: [x], tool: y}}"),
            '15:55: "appointments" does the work already; leave out the one or the other',
        ),
        (with_tools("{appointments: free, input: {day: date}}"), '15:5: "name" is missing here; add it'),
        # Callbacks
        (
            with_tools("{name: a, callback: true, input: {phone: phone}}"),
            '15:15: it is written down once; write "changes: true"',
        ),
        (
            with_tools("{name: a, callback: true, changes: true, input: {name: name}}"),
            '15:15: nobody knows whom to call; write "phone: phone" under "input"',
        ),
        (
            with_tools("{name: a, callback: true, changes: true, input: {phone: phone, day: date}}"),
            '15:53: "day" and "time" go together; write "time" too, or leave both out',
        ),
        (
            with_tools("{name: a, callback: true, changes: true, input: {phone: date}}"),
            '15:61: "phone" is a phone here, no date; write "phone: phone"',
        ),
        (
            with_tools("{name: a, callback: true, changes: true, input: {phone: phone, abut: free}}"),
            '15:68: a callback takes no "abut"; did you mean "about"?',
        ),
        (
            with_tools("{name: a, callback: true, changes: true, input: {phone: phone}, output: {wen: text}}"),
            '15:78: a callback gives no "wen"; did you mean "when"?',
        ),
        (
            with_tools("{name: a, callback: yes please}"),
            '15:25: "callback" can only be true; write "callback: true", or leave the key out',
        ),
        (
            with_tools(FREE, FREE),
            '16:12: "free" is a tool already, in line 15; choose another name',
        ),
        (
            with_tools("{name: Free, appointments: free, input: {day: date}}"),
            '15:12: "Free" can\'t be used; a name is lower-case letters, digits and underscores, '
            'such as "opening_hours"',
        ),
        (with_tools("{name: a, htp: {url: x}}"), '15:15: "htp" is not known here; did you mean "http"?'),
        (GOOD + "tool: []\n", '14:1: "tool" is not known here; did you mean "tools"?'),
        # Values
        (
            with_tools("{name: a, appointments: free, input: {day: dat}}"),
            f'15:48: "dat" is not known here; {KINDS}; did you mean "date"?',
        ),
        (
            with_tools("{name: a, appointments: free, input: {Day: date}}"),
            '15:43: "Day" can\'t be used; '
            'a name is lower-case letters, digits and underscores, such as "opening_hours"',
        ),
        # The appointment book
        (
            with_tools("{name: a, appointments: fre, input: {day: date}}"),
            "15:29: \"fre\" is not known here; use 'free', 'next', 'book', 'find', 'move' or 'cancel'; "
            'did you mean "free"?',
        ),
        (
            with_tools("{name: a, appointments: free}"),
            '15:29: "free" needs "day"; write it under "input"',
        ),
        (
            with_tools("{name: a, appointments: book, changes: true, input: {day: date, time: time}}"),
            '15:29: "book" needs "day" and "time" and "name"; write it under "input"',
        ),
        (
            with_tools("{name: a, appointments: find, input: {name: text}}"),
            '15:29: "find" needs "phone" or "name" and "day"; write it under "input"',
        ),
        (
            with_tools("{name: a, appointments: free, input: {day: date, dy: date}}"),
            '15:54: "free" takes no "dy"; did you mean "day"?',
        ),
        (
            with_tools("{name: a, appointments: free, input: {day: date, phone: phone}}"),
            '15:54: "free" takes no "phone"; "free" takes day',
        ),
        (
            with_tools("{name: a, appointments: free, input: {day: text}}"),
            '15:48: "day" is a date here, no text; write "day: date"',
        ),
        (
            with_tools("{name: a, appointments: free, input: {day: date}, output: {price: amount}}"),
            '15:64: "free" gives no "price"; "free" gives times, first, second, third',
        ),
        (
            with_tools("{name: a, appointments: cancel, input: {reference: digits}}"),
            '15:29: "cancel" changes the appointment book; write "changes: true"',
        ),
        (
            with_tools("{name: a, appointments: free, changes: true, input: {day: date}}"),
            '15:29: "free" changes nothing; leave out "changes"',
        ),
        # Changes
        (with_tools("{name: a, http: {url: 'https://a.example.com'}}"), f"15:5: {MAY_CHANGE}"),
        (with_tools("{name: a, mcp: {command: [x], tool: y}}"), f"15:5: {MAY_CHANGE}"),
        (
            http("https://a.example.com", tool="changes: false, idempotent: true"),
            '15:31: nothing comes of this without "changes: true"; write that too, or leave this out',
        ),
        # Addresses
        (
            http("ftp://a.example.com"),
            '15:42: "ftp://a.example.com" is no address of a service; write one that begins with "https://"',
        ),
        (
            http("a.example.com/x"),
            '15:42: "a.example.com/x" is no address of a service; write one that begins with "https://"',
        ),
        (http("https://"), '15:42: "https://" is no address of a service; write one that begins with "https://"'),
        (http("https://a:b"), '15:42: "https://a:b" is no address of a service; write one that begins with "https://"'),
        (
            http("https://[::1"),
            '15:42: "https://[::1" is no address of a service; write one that begins with "https://"',
        ),
        (
            http("https://a b.de"),
            '15:42: "https://a b.de" is no address of a service; write one that begins with "https://"',
        ),
        (
            http("http://shop.example.com"),
            '15:42: what callers say would go to "shop.example.com" in clear; write "https://"',
        ),
        (
            http("http://93.184.216.34"),
            '15:42: what callers say would go to "93.184.216.34" in clear; write "https://"',
        ),
        (
            http("https://jo:secret@a.example.com"),
            '15:42: a user and a password have no place in an address; put an "Authorization" under "secret_headers"',
        ),
        # Headers and secrets
        (
            http("https://a.example.com", ", headers: {Authorization: Bearer x}"),
            '15:77: a secret has no place in this file; move "Authorization" under "secret_headers", '
            'with "env" or "file"',
        ),
        (
            http("https://a.example.com", ", secret_headers: {X-Key: abc}"),
            "15:91: a secret has no place in this file; write {env: NAME} or {file: PATH} instead, "
            "and change the secret",
        ),
        (
            http("https://a.example.com", ", secret_headers: {X-Key: {}}"),
            '15:91: a secret is in one place; write "env" and the name of a variable, or "file" and a path',
        ),
        (
            http("https://a.example.com", ", secret_headers: {X-Key: {env: A, file: /b}}"),
            '15:91: a secret is in one place; write "env" and the name of a variable, or "file" and a path',
        ),
        (
            http("https://a.example.com", ", secret_headers: {X-Key: {file: key.txt}}"),
            '15:98: "key.txt" must be a path from "/" or "~/" on; write it in full',
        ),
        (
            http("https://a.example.com", ", headers: {X Y: a}"),
            '15:77: "X Y" can\'t be used; the name of a header is letters, digits and hyphens, such as "X-Branch"',
        ),
        # MCP
        (
            with_tools("{name: a, changes: true, mcp: {tool: y}}"),
            '15:35: no server is named; write "command" and a program with its arguments, or "url" and an address',
        ),
        (
            with_tools("{name: a, changes: true, mcp: {tool: y, command: [x], url: 'https://a.example.com'}}"),
            '15:59: "command" is the server already; leave out the one or the other',
        ),
        (
            with_tools("{name: a, changes: true, mcp: {tool: y, command: [x], secret_headers: {A: {env: B}}}}"),
            '15:59: a program gets no headers; let it read the secret itself, and leave out "secret_headers"',
        ),
        (
            with_tools("{name: a, changes: true, mcp: {tool: y, url: 'http://mcp.example.com'}}"),
            '15:50: what callers say would go to "mcp.example.com" in clear; write "https://"',
        ),
        (with_tools("{name: a, changes: true, mcp: {command: [x]}}"), '15:35: "tool" is missing here; add it'),
        # Numbers
        (
            http("https://a.example.com", tool="changes: true, seconds: 31"),
            '15:39: "seconds" can\'t be 31; write 30 or less',
        ),
        (
            http("https://a.example.com", tool="changes: true, together: 0"),
            '15:40: "together" can\'t be 0; write 1 or more',
        ),
    ],
)
def test_a_mistake_in_a_tool_is_said_where_it_is(tmp_path: Path, text: str, finding: str) -> None:
    assert finding in findings(tmp_path, text)


@pytest.mark.parametrize(
    "url",
    ["http://localhost:8000", "http://10.1.2.3", "http://[::1]/a", "http://shop", "http://shop.lan", "http://a.local"],
)
def test_what_stays_in_the_house_may_be_in_clear(tmp_path: Path, url: str) -> None:
    assert findings(tmp_path, http(url)) == []


def test_a_calendar_is_read(tmp_path: Path) -> None:
    text = with_calendar(
        'open: {monday: "9:00-18:00", tuesday: ["9:00-12:00", "14:00-24:00"]}', "timezone: America/New_York"
    )
    assert findings(tmp_path, text) == []
    calendar = load(tmp_path / "plan.yaml").calendar
    assert calendar.open[Weekday.MONDAY] == ("9:00-18:00",)
    assert (len(calendar.open[Weekday.TUESDAY]), calendar.minutes, calendar.at_once) == (2, 30, 1)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (with_calendar("open: {monday: nine}"), f'17:18: "nine" {NO_TIME}'),
        (
            with_calendar('open: {monday: "18:00-9:00"}'),
            '17:18: "18:00-9:00" ends before it begins; five in the afternoon is 17:00, and a night is '
            '"22:00-24:00" and "0:00-6:00"',
        ),
        (
            with_calendar('open: {monday: ["9:00-12:00", "9:00-25:00"]}'),
            f'17:33: "9:00-25:00" {NO_TIME}',
        ),
        (
            with_calendar('open: {monday: ["9:00-12:00", "11:30-14:00"]}'),
            '17:33: "11:30-14:00" overlaps with another time of the day; join them',
        ),
        (
            with_calendar('open: {monday: "9:00-9:20"}'),
            '17:18: no appointment of 30 minutes fits in "9:00-9:20"; lengthen it, or leave it out',
        ),
        (
            with_calendar('open: {mnday: "9:00-18:00"}'),
            "17:10: \"mnday\" is not known here; use 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', "
            "'saturday' or 'sunday'; did you mean \"monday\"?",
        ),
        (
            with_calendar("open: {monday: 9}"),
            '17:18: "9" can\'t be used; write from and to, "9:00-17:30", or leave out a day that is closed',
        ),
        (
            with_calendar("timezone: America/New York"),
            '17:13: "America/New York" is no time zone; did you mean "America/New_York"?',
        ),
        (with_calendar("timezone: here"), '17:13: "here" is no time zone; write one such as "America/New_York"'),
        (
            with_calendar("file: ../a.db"),
            '17:9: "../a.db" can\'t be used; a file is a plain name such as "calls.csv", in the bot\'s data directory',
        ),
        (
            GOOD + "calendar: {minutes: 15}\n",
            '14:1: no tool uses it; write one with "appointments", or leave this out',
        ),
    ],
)
def test_a_mistake_in_the_calendar_is_said_where_it_is(tmp_path: Path, text: str, finding: str) -> None:
    assert finding in findings(tmp_path, text)


def test_two_dialplans_share_a_book_only_when_that_is_written(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    other = with_tools(FREE).replace("Corner", "Other").replace("5550100", "5550199")
    one.write_text(with_tools(FREE))
    two.write_text(other)
    assert [line for read_one in read([one, two]) for line in read_one.warnings] == [
        f'{two}:15:32: the book "appointments.db" is that of {one} too; write "file" under "calendar", '
        "the same if they share it"
    ]
    two.write_text(other + "calendar: {file: appointments.db}\n")
    assert [read_one.warnings for read_one in read([one, two])] == [(), ()]


def test_tools_and_sinks_of_included_files_are_joined_and_known_by_their_file(tmp_path: Path) -> None:
    (tmp_path / "shared.yaml").write_text(f"tools:\n  - {FREE}\nresults:\n  - {{csv: calls.csv}}\n")
    assert findings(tmp_path, "include: [shared.yaml]\n" + GOOD) == []
    text = "include: [shared.yaml]\n" + with_tools(FREE.replace("free, app", "free_too, app"))
    assert findings(tmp_path, text) == []
    assert [tool.name for tool in load(tmp_path / "plan.yaml").tools] == ["free_too", "free"]
    twice = findings(tmp_path, "include: [shared.yaml]\n" + with_tools(FREE))
    assert twice == [
        f'{tmp_path}/shared.yaml:2:12: "free" is a tool already, in line 16 of {tmp_path}/plan.yaml; '
        "choose another name"
    ]


def test_nothing_of_them_is_spoken(tmp_path: Path) -> None:
    text = with_tools("{name: a_b, http: {url: 'https://a.example.com/x_y#z'}, changes: true}")
    assert findings(tmp_path, text) == []
    assert not any("x_y" in said for said in load(tmp_path / "plan.yaml").stock_texts())
