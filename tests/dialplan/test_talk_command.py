"""`offhook dialplan talk` with lines from a pipe."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

from typer.testing import CliRunner, Result

from agent.commands.dialplan import app
from agent.config import WORKSHOP


def talk(*lines: str | bytes) -> Result:
    typed = b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines)
    return CliRunner().invoke(app, ["talk", str(WORKSHOP)], input=typed)


def replies(result: Result) -> list[str]:
    """What the bot says, without the times."""
    assert result.exit_code == 0, result.output
    return [re.sub(r", \d+ ms(?=[],])", "", line) for line in result.output.splitlines() if line.startswith("bot")]


def test_each_line_is_a_turn_with_route_topic_score_and_time() -> None:
    result = talk("where can i leave my car", "thanks")
    assert result.exit_code == 0, result.output
    greeting, caller, answer, *_ = result.output.splitlines()
    assert greeting.startswith("bot: Hello, this is the automated assistant")
    assert caller == "caller: where can i leave my car"
    assert re.fullmatch(r"bot \[intent parking 0\.\d\d, \d+ ms\]: Yes, there's free parking.*", answer)


def test_a_reply_that_hangs_up_ends_it() -> None:
    result = talk("goodbye", "where can i leave my car")
    assert replies(result)[1:] == ["bot [goodbye 1.00]: Thank you for calling Hill Street Bicycles. Goodbye."]


def test_quit_ends_it() -> None:
    assert len(replies(talk(":quit", "where can i leave my car"))) == 1


def test_silence_is_asked_about_twice_and_then_ends_it() -> None:
    result = talk(":silence", ":silence", ":silence", "hello")
    assert [line.partition("]: ")[2] for line in replies(result)[1:]] == [
        "Are you still there?",
        "I can't hear you. You can ask about our opening hours, prices or address, for example.",
        "I can't hear you, so I'll hang up now. Please call again. Goodbye.",
    ]


def test_a_turn_between_silences_begins_their_count_anew() -> None:
    result = talk(":silence", "where can i leave my car", ":silence")
    assert replies(result)[-1].endswith("Are you still there?")


def test_a_key_is_answered_or_says_nothing() -> None:
    person, nothing = replies(talk(":key 0", ":quit")), replies(talk(":key 9"))
    assert person[1].startswith("bot [")
    assert nothing[1:] == ["bot: (says nothing)"]


def test_what_is_no_command_is_told_and_no_turn() -> None:
    result = talk(":kay 1", ":key 12", ":key", ":")
    assert len(replies(result)) == 1
    told = [line for line in result.output.splitlines() if "are known" in line]
    assert told == [
        f'"{typed}" is not known; :silence, :key 1 (or another of 0 to 9, * and #) and :quit are known'
        for typed in (":kay 1", ":key 12", ":key", ":")
    ]


def test_bytes_that_are_no_text_are_a_turn_like_another() -> None:
    assert len(replies(talk(b"\xff\xfe", "thanks"))) == 3


def test_a_closed_input_is_at_its_end() -> None:
    command = shlex.join([sys.executable, "-m", "agent.cli", "dialplan", "talk", str(WORKSHOP)])
    ended = subprocess.run(["sh", "-c", f"{command} <&-"], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(ended.stdout.splitlines()) == 1


def test_a_message_is_taken_to_its_end() -> None:
    result = talk("can i leave a message", "my name is ann and my bike is lost", "yes", "no thanks")
    assert replies(result)[-1].startswith("bot [goodbye")


def test_what_is_said_slowly_is_marked() -> None:
    answer = replies(talk("where can i leave my car", "that was too fast"))[-1]
    assert (
        answer == "bot [command 1.00, slowly]: Yes, there's free parking behind the shop. The entrance is on Mill Lane."
    )
