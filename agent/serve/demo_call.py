"""The demo call: `python -m agent.serve.demo_call`, with its `Order` as JSON on standard input.

A simulated caller with a rendered voice says, over real SIP, what `agent.serve.demo_script` has for the dialplan. What
the bot answers is written down again by the recogniser and compared with what it should have said. Prints a line for
each turn; exit status 0 when every answer was heard with the right words; for small talk any but those that say that it
was not understood; of an answer that was spoken over, its beginning.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from agent.bench.ears import CallerVoice, Transcriber
from agent.dialplan.load import load
from agent.dialplan.schema import Dialplan, Fact
from agent.errors import AgentError
from agent.listen.echo_text import words_of
from agent.models.store import ModelStore
from agent.serve.demo_script import Question, script
from agent.telemetry import configure_logs
from telephony.errors import TelephonyError
from telephony.testing.caller import UserAgent
from telephony.testing.conversation import Conversation, Heard, Turn

RIGHT = 0.4  # share of the expected words that must be heard, and no other text of the dialplan may fit better
REFUSED = 0.6  # share of the words of "I did not understand" that makes an answer one
STOCK = 0.75  # share of the stock answer's words that makes it that one: models word it alike
CALLER = "5550100"
LISTENS_S = 1.4  # to an answer that is then spoken over


class Order(msgspec.Struct, frozen=True):
    """What to call, and what the bot there knows."""

    target: str
    dialplan: str
    models_dir: str | None = None


def share_heard(expected: str, heard: str) -> float:
    """Share of the expected words that are among those heard."""
    wanted, got = words_of(expected), words_of(heard)
    found = 0
    for word in wanted:
        if word in got:
            got.remove(word)
            found += 1
    return found / len(wanted) if wanted else 1.0


def fits(expected: str, heard: str, others: Sequence[str]) -> bool:
    """Whether what was heard is the expected text: enough of its words, and more of them than of any other text."""
    share = share_heard(expected, heard)
    return share >= RIGHT and all(share >= share_heard(other, heard) for other in others)


def judge_free(text: str, stock: str, refusals: Sequence[str]) -> tuple[bool, str]:
    """Whether words of the bot's own may answer small talk, and in words whose they are. `refusals` may not."""
    if not words_of(text) or any(share_heard(refusal, text) >= REFUSED for refusal in refusals):
        return False, f"not an answer: {text!r}"
    return True, "the stock answer" if share_heard(stock, text) >= STOCK else f"the local model's words: {text!r}"


def _verdict(
    question: Question, heard: Heard, text: str, plan: Dialplan, expected: Sequence[Question]
) -> tuple[bool, str]:
    label = f'"{question.said}"' if question.said else "greeting"
    if heard.to_first_audio is None:
        return False, f"{label}: no answer was heard ({heard.problem or 'silence'})"
    if question.cut:
        right = share_heard(text, question.answer) >= RIGHT
        judgement = f"cut off by the next question behind {text!r}"
    elif question.free:
        none = plan.no_match
        right, judgement = judge_free(text, question.answer, (plan.apology, none.offer, none.message, none.unheard))
    else:
        answers = [topic.text if isinstance(topic, Fact) else topic.answer for topic in plan.topics]
        right = fits(question.answer, text, [*answers, *(other.answer for other in expected)])
        judgement = "the right words" if right else f"not the right words: {text!r}"
    return right, f"{label}: answer after {heard.to_first_audio:.0f} ms, {judgement}"


async def run(order: Order) -> bool:
    """Place the call and print what was heard. Raises AgentError or TelephonyError when it cannot be placed."""
    plan = load(Path(order.dialplan))
    asked = script(Path(order.dialplan), plan, date.today())
    store = ModelStore(Path(order.models_dir) if order.models_dir else None)
    voice, ears = await asyncio.gather(
        asyncio.to_thread(CallerVoice.load, store), asyncio.to_thread(Transcriber.load, store)
    )
    voices = [await voice.say(question.said) for question in asked]
    async with UserAgent() as ua:
        call = await ua.call(order.target, caller=CALLER)
        turns = [
            Turn(question.said, sound, listens=LISTENS_S if question.cut else None)
            for question, sound in zip(asked, voices, strict=True)
        ]
        talk = Conversation(call, turns)
        await talk.hold()
        if not call.over:
            await call.hang_up()
        recording = call.recording
    results = talk.heard(recording)
    expected = [Question("", plan.greeting), *asked]
    right = len(results) == len(expected)
    print(f"demo call: {len(results)} of {len(expected)} answers heard, on the caller's side of the line:")
    for heard, question in zip(results, expected, strict=False):
        text = ears.transcribe(recording.bot[heard.window.start : heard.window.end])
        good, line = _verdict(question, heard, text, plan, expected)
        right = right and good
        print(f"  {line}")
    return right


def main() -> int:
    """Place the call that is ordered on standard input."""
    configure_logs("warning")
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    try:
        return 0 if asyncio.run(run(order)) else 1
    except (AgentError, TelephonyError) as error:
        print(f"demo call: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
