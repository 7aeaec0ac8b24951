"""Outcomes as the XML that build servers read."""

from __future__ import annotations

from xml.etree import ElementTree

from agent.dialplan.junit import document
from agent.dialplan.rehearsal import Failure, Misheard, Outcome
from agent.reply.reply import Reply, Route, StockPart

REPLY = Reply(Route.FACT, (StockPart('Rye & "white" <bread>'),), "bread", 0.5)
FAILED = Outcome(1, "rye & <wheat>", Failure(2, ("topic hours",), REPLY))


def test_each_file_is_a_suite_with_its_counts() -> None:
    root = ElementTree.fromstring(document({"a.yaml": [Outcome(0, "hours", None), FAILED], "b.yaml": []}))
    assert root.tag == "testsuites"
    counts = [[suite.get(key) for key in ("name", "tests", "failures", "errors")] for suite in root]
    assert counts == [["a.yaml", "2", "1", "0"], ["b.yaml", "0", "0", "0"]]


def test_a_test_has_its_name_and_what_failed_as_they_are() -> None:
    passed, failed = ElementTree.fromstring(document({"a.yaml": [Outcome(0, "hours", None), FAILED]}))[0]
    assert (passed.get("name"), passed.get("classname"), list(passed)) == ("hours", "a.yaml", [])
    assert failed.get("name") == "rye & <wheat>"
    assert [(child.tag, child.get("message")) for child in failed] == [
        ("failure", 'turn 3: wanted topic hours, got fact bread 0.50: Rye & "white" <bread>')
    ]


def test_what_was_misheard_is_there() -> None:
    misheard = Outcome(0, "rye", Failure(0, ("topic rye",), None, (Misheard(0, "rye bread", "right"),)))
    ((case,),) = ElementTree.fromstring(document({"a.yaml": [misheard]}))
    what = "turn 1: wanted topic rye, got no reply"
    assert case[0].get("message") == f'{what}; misheard in turn 1: said "rye bread", heard "right"'


def test_what_failed_in_the_first_of_two_calls_is_told_beside_what_came_of_the_second() -> None:
    first = Failure(0, ("topic rye",), None)
    outcomes = [Outcome(0, "rye", None, first), Outcome(1, "wheat", Failure(2, ("topic hours",), None), first)]
    suite = ElementTree.fromstring(document({"a.yaml": outcomes}))[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    told = [[(child.tag, child.get("message")) for child in case] for case in suite]
    before = "turn 1: wanted topic rye, got no reply"
    now = "turn 3: wanted topic hours, got no reply"
    assert told == [[("flakyFailure", before)], [("failure", now), ("rerunFailure", before)]]


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    names = ["bell \x07", "\ud800", "é 🚲"]
    suite = ElementTree.fromstring(document({"a\udcff.yaml": [Outcome(0, name, None) for name in names]}))[0]
    assert suite.get("name") == "a\N{REPLACEMENT CHARACTER}.yaml"
    shown = [test.get("name") for test in suite]
    assert shown == ["bell \N{REPLACEMENT CHARACTER}", "\N{REPLACEMENT CHARACTER}", "é 🚲"]
