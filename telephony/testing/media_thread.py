"""The one thread that sends and receives the RTP of every call of a user agent.

It sleeps until the next packet is due or one arrives. Sending is by an absolute clock, so lateness does not add up;
arrival times are the kernel's, so its own lateness does not count in them.
"""

from __future__ import annotations

import os
import select
import threading
import time
from dataclasses import dataclass

import numpy as np
import structlog

from telephony.testing.stream import Stream

_log = structlog.get_logger()


@dataclass(frozen=True)
class Lateness:
    """How late the harness sent its packets, in milliseconds after their time."""

    packets: int
    p50: float
    p99: float
    worst: float


class MediaThread(threading.Thread):
    """Start it, `add` streams, `stop` it."""

    def __init__(self) -> None:
        super().__init__(name="rtp", daemon=True)
        self._streams: dict[int, Stream] = {}
        self._lock = threading.Lock()
        self._poll = select.epoll()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK)
        self._poll.register(self._wake, select.EPOLLIN)
        self._stopping = False

    def add(self, stream: Stream) -> None:
        """Send and receive for an open stream from now on."""
        with self._lock:
            self._streams[stream.sock.fileno()] = stream
            self._poll.register(stream.sock, select.EPOLLIN)
        os.eventfd_write(self._wake, 1)

    def remove(self, stream: Stream) -> None:
        """Leave a stream alone and close its socket; harmless for one that was never added."""
        with self._lock:
            if self._streams.pop(stream.sock.fileno(), None) is not None:
                self._poll.unregister(stream.sock)
            stream.sock.close()

    def stop(self) -> None:
        """End the thread; every socket is closed."""
        self._stopping = True
        os.eventfd_write(self._wake, 1)
        self.join()
        for stream in list(self._streams.values()):
            self.remove(stream)
        self._poll.close()
        os.close(self._wake)

    def run(self) -> None:
        while not self._stopping:
            self._wait()
            now = time.monotonic()
            with self._lock:
                for stream in self._streams.values():
                    self._send(stream, now)

    def _wait(self) -> None:
        with self._lock:
            due = min((stream.due for stream in self._streams.values()), default=None)
        left = None if due is None else due - time.monotonic()
        if left is not None and left < 0.0015:  # epoll counts in whole milliseconds
            time.sleep(max(0.0, left))
            ready = self._poll.poll(0)
        else:
            ready = self._poll.poll(None if left is None else left - 0.001)
        for number, _ in ready:
            if number == self._wake:
                os.eventfd_read(self._wake)
                continue
            with self._lock:
                stream = self._streams.get(number)
                if stream is not None:
                    stream.receive()

    def _send(self, stream: Stream, now: float) -> None:
        while stream.due <= now:
            try:
                stream.send_due(now)
            except OSError as error:
                stream.due += 0.02
                _log.warning("RTP could not be sent", to=stream.path and stream.path.remote, error=str(error))


def lateness(streams: list[Stream]) -> Lateness:
    """Over every packet sent by `streams`."""
    all_of_them = np.asarray([late for stream in streams for late in list(stream.lateness)]) * 1000.0
    if not all_of_them.size:
        return Lateness(0, 0.0, 0.0, 0.0)
    p50, p99 = np.percentile(all_of_them, (50, 99))
    return Lateness(all_of_them.size, float(p50), float(p99), float(all_of_them.max()))
