"""The line's account of its own delays, held against what a caller's recording shows."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from telephony.audio import FRAME_SAMPLES, SAMPLE_RATE, ms, resample
from telephony.media.delay import KEPT, UNKNOWN, InboundDelay, inbound_filters, outbound_filters
from telephony.messages import Began, Say, SpeechEnded, Started
from telephony.testing.caller import UserAgent
from telephony.testing.measure import Span, time_to_first_audio
from tests.media.speech import prompt_8k
from tests.telephony.line_process import LineProcess, TestAgent, tone, until

SENTENCES = ("vm-intro", "tt-weasels", "conf-now-recording")
ANSWER_AFTER = 8_000  # samples of quiet: longer than a pause inside the sentences


def test_the_delay_is_the_median_wait_and_the_filters() -> None:
    delay = InboundDelay()
    assert delay.samples == inbound_filters("PCMU/8000") + UNKNOWN
    for waited in [100] * KEPT + [None] * 3 + [900, 100, 300]:
        delay.note(waited)
    assert delay.samples == inbound_filters("PCMA/8000") + 100
    delay.filters = inbound_filters("G722/16000")
    assert delay.samples < inbound_filters("PCMU/8000") + 100
    assert outbound_filters("G722/16000") < outbound_filters("PCMU/8000")


@pytest.mark.parametrize("codec", ["PCMU", "G722"])
async def test_what_the_line_says_agrees_with_the_recording(line: LineProcess, agent: TestAgent, codec: str) -> None:
    differences, missed = [], []
    async with UserAgent() as ua:
        for number, name in enumerate(SENTENCES, start=1):
            call = await ua.call(f"sip:100@127.0.0.1:{line.port}", caller="5550100", codecs=[codec])
            started = (await agent.expect(Started, count=number)).call
            await asyncio.sleep(0.3 + 0.007 * number)  # packets at another place between two ticks
            # With silence before it, so that the measure's noise floor is not the speech itself.
            spoken = await call.play(np.pad(resample(prompt_8k(name), 8_000), (SAMPLE_RATE // 2, 0)))
            await asyncio.sleep((spoken.end + ANSWER_AFTER - call.now) / SAMPLE_RATE)
            agent.audio.send(Say(started.call, agent.epoch, 1, 0, pcm=tone(0.2), last=True))
            began = await agent.expect(Began, count=number)
            await asyncio.sleep(0.4)
            ended = [m for m in agent.messages if isinstance(m, SpeechEnded) and m.call == started.call][-1]
            truth = time_to_first_audio(call.recording, Span(spoken.start, spoken.end))
            assert truth is not None
            audible = ms(began.at + FRAME_SAMPLES + began.delay - (ended.at - ended.delay))
            undelayed = ms(began.at + FRAME_SAMPLES - ended.at)
            differences.append(audible - truth)
            missed.append(truth - undelayed)
            assert 5.0 < ms(ended.delay) < 200.0
            await call.hang_up()
            await until(lambda: not line.report.calls)
    assert abs(float(np.median(differences))) <= 12.0, differences
    assert max(abs(one) for one in differences) <= 40.0, differences
    assert float(np.median(missed)) > 10.0, "without the delays it would agree"  # of one packet they may be 5 ms
