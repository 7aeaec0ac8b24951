"""Asks, off the event loop and in bounded time, what words over the bot's mean where no phrase book has them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import structlog

from agent.errors import AgentError
from agent.listen.backchannel import Judge
from agent.listen.interjection import Interjection, Phrase

log = structlog.get_logger()

WITHIN = 0.03  # s; words that wait for longer come too late, and a bot that goes on for a moment more does no good


class Overheard:
    """One for all calls. The judgement takes 1-2 ms, but other calls may be at the embedder and on the processor."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="overheard")
        self._failed = False

    def __call__(self, words: Phrase) -> Interjection | None:
        """What `words` are; None where that is not known in time. Waits for `WITHIN` at most; on any thread but the
        event loop's."""
        judging = self._pool.submit(self._judge, words)
        try:
            return judging.result(WITHIN)
        except TimeoutError:
            judging.cancel()
            log.info("too slow to tell a listening noise from an interruption")
        except AgentError as error:
            if not self._failed:
                log.warning("nobody tells listening noises from interruptions", reason=str(error))
            self._failed = True
        return None

    def close(self) -> None:
        """No more is asked."""
        self._pool.shutdown(wait=False, cancel_futures=True)
