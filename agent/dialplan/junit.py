"""Outcomes of dialplans' tests as JUnit's XML, which build servers read: a test suite a file. What failed in the first
of two calls is told as Maven's Surefire does, which build servers know: `flakyFailure` where the second passed, else
`rerunFailure`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from agent.dialplan.rehearsal import Outcome

_NO_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")  # what no XML 1.0 may hold


def document(suites: Mapping[str, Sequence[Outcome]]) -> bytes:
    """The document, in UTF-8. `suites`: the outcomes by the name of their file."""
    root = ElementTree.Element("testsuites")
    for file, outcomes in suites.items():
        failures = sum(outcome.failure is not None for outcome in outcomes)
        counts = {"tests": str(len(outcomes)), "failures": str(failures), "errors": "0"}
        suite = ElementTree.SubElement(root, "testsuite", {"name": _legal(file), **counts})
        for outcome in outcomes:
            case = {"name": _legal(outcome.name), "classname": _legal(file)}
            tested = ElementTree.SubElement(suite, "testcase", case)
            if outcome.failure is not None:
                ElementTree.SubElement(tested, "failure", {"message": _legal(str(outcome.failure))})
            if outcome.before is not None:
                kind = "flakyFailure" if outcome.failure is None else "rerunFailure"
                ElementTree.SubElement(tested, kind, {"message": _legal(str(outcome.before))})
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _legal(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
