"""What a dialplan may say about a far end that is no person, and every finding about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.dialplan.load import load
from agent.host.company import absence
from agent.listen.far_end import Far
from telephony.audio import samples
from tests.dialplan.test_load import GOOD, findings

KNOWN = "use 'fax', 'music', 'machine' or 'bot'"
KEYS = "known are bot, machine, music, notice"
KINDS = (Far.FAX, Far.MUSIC, Far.MACHINE, Far.BOT)


def test_without_the_section_everything_is_noticed_and_a_machine_is_told_nothing(tmp_path: Path) -> None:
    assert findings(tmp_path, GOOD) == []
    plan = load(tmp_path / "plan.yaml")
    assert all(plan.far_end.notices(far) for far in KINDS)
    waits = absence(plan.far_end)
    assert (waits.music, waits.machine, waits.leaves) == (samples(180), samples(30), False)
    assert {plan.far_end.music.back, plan.far_end.music.goodbye, plan.far_end.bot.say} <= set(plan.stock_texts())


def test_what_is_written_holds_and_its_texts_are_rendered_before_the_call(tmp_path: Path) -> None:
    text = GOOD + "far_end:\n  notice: [machine]\n  machine: {seconds: 12, say: Please call back.}\n"
    assert findings(tmp_path, text) == []
    plan = load(tmp_path / "plan.yaml")
    assert [far for far in KINDS if plan.far_end.notices(far)] == [Far.MACHINE]
    waits = absence(plan.far_end)
    assert (waits.machine, waits.leaves) == (samples(12), True)
    assert "Please call back." in plan.stock_texts()


def test_nothing_may_be_noticed_at_all(tmp_path: Path) -> None:
    assert findings(tmp_path, GOOD + "far_end:\n  notice: []\n") == []
    assert not any(load(tmp_path / "plan.yaml").far_end.notices(far) for far in KINDS)


@pytest.mark.parametrize(
    ("section", "finding"),
    [
        ("notice: [fox]", f'15:12: "fox" is not known here; {KNOWN}; did you mean "fax"?'),
        ("notice: [person]", f'15:12: "person" is not known here; {KNOWN}'),
        ("notice: fax", '15:11: "notice" must be a list, not text; write one entry a line, each after "- "'),
        ("notice: [fax, fax]", '15:17: "fax" is here twice; remove one'),
        (
            "notice: [fax]\n  bot: {say: Bye.}",
            '16:3: "bot" is not under "notice", so nothing comes of this; add it there or remove this',
        ),
        ("silence: 3", '15:3: "silence" is not known here; ' + KEYS),
        ("fax: {say: Bye.}", '15:3: "fax" is not known here; ' + KEYS),
        ("music: {seconds: 9}", '15:20: "seconds" can\'t be 9; write 10 or more'),
        ("music: {seconds: 3601}", '15:20: "seconds" can\'t be 3601; write 3600 or less'),
        ("music: {seconds: soon}", '15:20: "seconds" must be a whole number, not soon; write figures, such as 30'),
        ("music: {seconds: 10.5}", '15:20: "seconds" must be a whole number, not 10.5; write figures, such as 30'),
        ("music: {bak: Hello.}", '15:11: "bak" is not known here; did you mean "back"?'),
        ('music: {back: ""}', '15:17: "back" is empty; write what belongs there, or leave the key out'),
        ("machine: {seconds: 4}", '15:22: "seconds" can\'t be 4; write 5 or more'),
        ("machine: {seconds: 121}", '15:22: "seconds" can\'t be 121; write 120 or less'),
        ('machine: {say: "{time}"}', '15:18: "{time}" is filled in answers, facts and flows only; write the words'),
        ('machine: {say: "*Hi*"}', '15:18: "*" would be read aloud or dropped; write the text as it is spoken'),
        ("bot: Bye.", '15:8: "bot" must be a mapping, not text; write `key: value` lines, indented alike'),
        ("bot: {say: [a]}", '15:14: "say" must be text, not a list; write a text'),
    ],
)  # fmt: skip
def test_every_finding(tmp_path: Path, section: str, finding: str) -> None:
    assert finding in findings(tmp_path, GOOD + f"far_end:\n  {section}\n")
