"""The messages that one caller leaves: the tape of their voice, and the files that it becomes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog

from agent.live import Emit, MessageTaken
from agent.records import messages as records
from agent.reply.reply import TakenMessage
from telephony.audio import SAMPLE_RATE
from telephony.messages import OngoingCall


class Dictation:
    """One call's. `tape` is fed by the audio thread; the rest belongs to the event loop."""

    def __init__(self, call: OngoingCall, directory: Path, emit: Emit, with_text: bool) -> None:
        self.tape = records.Tape()
        self._call = call
        self._directory = directory
        self._emit = emit
        self._with_text = with_text
        self._log = structlog.get_logger().bind(call=call.call)

    async def save(self, taken: TakenMessage, complete: bool = True) -> None:
        """Write what the tape kept, with the message that the conversation took down. A failure is logged."""
        pcm = self.tape.take()
        again = complete and bool(self._call.checkpoint)  # the agent before us may have done so
        try:
            path = await asyncio.to_thread(
                records.save, self._directory, self._call, pcm, taken,
                with_text=self._with_text, complete=complete, again=again,
            )  # fmt: skip
        except OSError as error:
            self._log.error("message not saved", reason=str(error), directory=str(self._directory))
            return
        self._log.info("message saved", path=str(path), seconds=round(len(pcm) / 2 / SAMPLE_RATE, 1))
        self._emit(MessageTaken(self._call.call, str(path)))

    async def keep_unfinished(self, unfinished: TakenMessage | None) -> None:
        """Save the message of a caller who hung up while dictating it; None: there is none."""
        if unfinished is not None:
            self.tape.keep()
            await self.save(unfinished, complete=False)
