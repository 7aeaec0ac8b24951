"""The mistakes that admins make in transfers: each is said where it is, with what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialplan.test_load import GOOD, findings

WHOLE = GOOD.replace("    key: at seven\n", "    transfer: desk\n") + (
    "transfers:\n"
    "  - name: desk\n"
    '    target: "200"\n'
    "  - name: boss\n"
    "    target: sip:boss@pbx.example\n"
    "    how: warm\n"
    "operator: boss\n"
)
BLIND = (
    "17:10: a blind transfer loses callers: the trunk says yes before anybody answers, and where it is busy the caller "
    'is gone; leave "how" out to have it called first'
)
TO = 'a transfer goes to a number, a user at the trunk, or a SIP URI such as "sip:desk@pbx.example"'


def changed(old: str, new: str) -> str:
    assert WHOLE.count(old) == 1, old
    return WHOLE.replace(old, new)


def test_transfers_as_they_should_be_have_no_finding(tmp_path: Path) -> None:
    assert findings(tmp_path, WHOLE) == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (changed("operator: boss", "operator: bos"), '20:11: "bos" is no transfer of this file; did you mean "boss"?'),
        (
            changed("transfer: desk", "transfer: garage"),
            '9:15: "garage" is no transfer of this file; write it under "transfers"',
        ),
        (
            changed("name: boss", "name: desk").replace("operator: boss", "operator: desk"),
            '17:11: "desk" is the name of a transfer already, in line 15; choose another',
        ),
        (changed('target: "200"', "target: the desk"), f'16:13: "the desk" can\'t be used; {TO}'),
        (changed('target: "200"\n', 'target: "200"\n    how: blind\n'), BLIND),
        (
            changed('target: "200"\n', 'target: "200"\n    how: blind\n    then_send: "12#"\n'),
            '18:5: of a blind transfer the bot has no call to send keys in; leave "how" out, or remove this',
        ),
        (
            changed('target: "200"\n', 'target: "200"\n    then_send: "1w2"\n'),
            '17:16: "1w2" can\'t be used; keys are digits, "*", "#" and "A" to "D", with "," for a pause of a second: '
            '",12#"',
        ),
        (
            changed('target: "200"\n', 'target: "200"\n    how: blind\n    waiting: {music: true}\n'),
            '18:5: with a blind transfer the caller is gone at once and waits for nothing; leave "how" out, or remove '
            "this",
        ),
        (
            changed('target: "200"\n', 'target: "200"\n    seconds: 20\n    waiting: {every: 20}\n'),
            '18:22: it rings for 20 s, so nothing is said meanwhile; write fewer here, or more "seconds"',
        ),
        (
            changed('target: "200"\n', 'target: "200"\n    waiting: {musik: true}\n'),
            '17:15: "musik" is not known here; did you mean "music"?',
        ),
        (
            changed('target: "200"\n', 'target: "200"\n    failed: Nobody. Shall I?\n    offers: hurs\n'),
            '18:13: "hurs" is no intent and no fact of this file; did you mean "hours"?',
        ),
        (
            changed('target: "200"\n', 'target: "200"\n    failed: Nobody.\n    offers: bread\n'),
            '17:13: nobody is asked whether they want what is offered; end "failed" with that question',
        ),
        (
            changed('target: "200"\n', 'target: "200"\n    offers: bread\n'),
            '17:13: nobody is asked whether they want what is offered; end "failed" with that question',
        ),
        (
            changed(
                'target: "200"\n',
                'target: "200"\n    failed: Nobody. Shall I?\n    offers: bread\n    otherwise: message\n',
            ),
            '19:5: "offers" is what comes then; leave the one or the other out',
        ),
        (
            changed("transfer: desk", "transfer: desk\n    action: goodbye"),
            '9:5: "action" and "transfer" are two things to do; leave one out',
        ),
    ],
)
def test_a_mistake_is_said_where_it_is_with_its_remedy(tmp_path: Path, text: str, finding: str) -> None:
    assert findings(tmp_path, text) == [finding]
