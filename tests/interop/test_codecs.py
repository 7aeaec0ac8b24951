"""Every codec that the bot has, and one that it has not."""

from __future__ import annotations

import pytest

from telephony.testing.caller import CallFailed

from .stage import NUMBER, Stage


@pytest.mark.parametrize(("variant", "codec"), [("ulaw", "PCMU/8000"), ("alaw", "PCMA/8000"), ("g722", "G722")])
async def test_both_sides_hear_each_other(on_stage: Stage, variant: str, codec: str) -> None:
    call, ongoing = await on_stage.answered(f"var*{variant}*{NUMBER}")
    assert ongoing.codec.startswith(codec)
    await on_stage.both_hear(call, ongoing)


async def test_no_codec_in_common_is_refused_with_488(on_stage: Stage) -> None:
    mark = on_stage.asterisk.mark()
    with pytest.raises(CallFailed):
        await on_stage.dial(f"var*gsm*{NUMBER}")
    await on_stage.asterisk.saw(r"SIP/2\.0 488 ", after=mark)
    await on_stage.line.wait(lambda report: report.refused.get("no codec") == 1, "count the refusal")
