"""The simulated caller: the public face of this room.

::

    async with UserAgent() as ua:
        call = await ua.call("sip:100@127.0.0.1:5060", caller="5550100")
        await call.bot_speaks(5); await call.bot_quiet()
        spoken = await call.play(pcm_16k)
        await call.bot_speaks(5); await call.bot_quiet()
        await call.hang_up()
        print(time_to_first_audio(call.recording, spoken)); call.save("mix.wav")
"""

from telephony.errors import CallFailed
from telephony.testing.call import Call, Ending
from telephony.testing.measure import Span, audible_spans, time_to_first_audio
from telephony.testing.recorder import Recording
from telephony.testing.user_agent import UserAgent

__all__ = ["Call", "CallFailed", "Ending", "Recording", "Span", "UserAgent", "audible_spans", "time_to_first_audio"]
