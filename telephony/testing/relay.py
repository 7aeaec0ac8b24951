"""A seeded impairment relay for RTP: loss, jitter, reordering and duplication in user space, both ways.

Between a caller and a bot (`UserAgent.call(..., via=relay)`); the caller's session description names the relay, so the
bot sends there. What happens to the n-th packet of a direction of a leg depends on the seed, the leg's number and n
alone. One thread serves every leg.
"""

from __future__ import annotations

import heapq
import itertools
import os
import random
import select
import socket
import threading
import time
from dataclasses import dataclass

from telephony.testing.stream import rtp_socket

Address = tuple[str, int]


@dataclass(frozen=True)
class Impairment:
    """How bad the network is. Probabilities are per packet and direction."""

    loss: float = 0.0
    jitter_ms: float = 0.0  # each packet is held for 0 to this long, evenly; order is kept
    reorder: float = 0.0  # a packet held for another 30 ms, so that the next one overtakes it
    duplicate: float = 0.0  # a packet sent again 5 ms later


class Fate:
    """The fate of the packets of one direction, in order; pure and deterministic."""

    def __init__(self, impairment: Impairment, seed: str) -> None:
        self._impairment = impairment
        self._random = random.Random(seed)

    def next(self) -> tuple[list[float], bool]:
        """For the next packet: the delay in s of each of its copies (none: lost), and whether others may overtake."""
        lost, delay, reordered, doubled = (self._random.random() for _ in range(4))
        if lost < self._impairment.loss:
            return [], False
        wait = delay * self._impairment.jitter_ms / 1000.0
        overtaken = reordered < self._impairment.reorder
        if overtaken:
            wait += 0.030
        return [wait] if doubled >= self._impairment.duplicate else [wait, wait + 0.005], overtaken


class _Way:
    """One direction of a leg: from one socket to an address through the other."""

    def __init__(self, fate: Fate, out: socket.socket, to: Address | None) -> None:
        self.fate, self.out, self.to = fate, out, to
        self.last = 0.0  # when the newest packet in order leaves
        self.passed = self.lost = 0


class Leg:
    """The relay's part of one call: a socket that faces the bot and one that faces the caller."""

    def __init__(self, relay: Relay, number: int, caller: Address) -> None:
        self._relay = relay
        self._outer, self._inner = rtp_socket(relay.bind), rtp_socket(relay.bind)
        seeds = (f"{relay.seed}/{number}/to-caller", f"{relay.seed}/{number}/to-bot")
        self.to_caller = _Way(Fate(relay.impairment, seeds[0]), self._inner, caller)
        self.to_bot = _Way(Fate(relay.impairment, seeds[1]), self._outer, None)
        self.ways = {self._outer: self.to_caller, self._inner: self.to_bot}

    @property
    def advertised(self) -> Address:
        """What the caller's session description names: the bot sends here."""
        return self._outer.getsockname()[:2]  # type: ignore[no-any-return]  # getsockname is Any

    def towards(self, bot: Address) -> Address:
        """Where the caller has to send so that it reaches `bot`."""
        self.to_bot.to = bot
        return self._inner.getsockname()[:2]  # type: ignore[no-any-return]  # getsockname is Any

    def close(self) -> None:
        self._relay.remove(self)


class Relay:
    """Use as a context manager, or `start` and `stop`."""

    def __init__(self, impairment: Impairment | None = None, seed: int = 0, bind: str = "127.0.0.1") -> None:
        self.impairment = impairment or Impairment()
        self.seed, self.bind = seed, bind
        self._numbers = itertools.count()
        self._order = itertools.count()
        self._lock = threading.Lock()
        self._sockets: dict[int, tuple[socket.socket, _Way]] = {}
        self._waiting: list[tuple[float, int, bytes, _Way]] = []
        self._poll = select.epoll()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK)
        self._poll.register(self._wake, select.EPOLLIN)
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)

    def __enter__(self) -> Relay:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread and close every leg."""
        self._stopping = True
        os.eventfd_write(self._wake, 1)
        self._thread.join()
        with self._lock:
            for sock, _ in self._sockets.values():
                sock.close()
            self._sockets.clear()
        self._poll.close()
        os.close(self._wake)

    def leg(self, caller: Address) -> Leg:
        """A new leg for the RTP of a caller that listens on `caller`."""
        leg = Leg(self, next(self._numbers), caller)
        with self._lock:
            for sock, way in leg.ways.items():
                self._sockets[sock.fileno()] = (sock, way)
                self._poll.register(sock, select.EPOLLIN)
        return leg

    def remove(self, leg: Leg) -> None:
        with self._lock:
            for sock in leg.ways:
                if self._sockets.pop(sock.fileno(), None) is not None:
                    self._poll.unregister(sock)
                sock.close()

    def _run(self) -> None:
        while not self._stopping:
            timeout = None if not self._waiting else max(0.0, self._waiting[0][0] - time.monotonic())
            for number, _ in self._poll.poll(timeout):
                if number == self._wake:
                    os.eventfd_read(self._wake)
                else:
                    self._receive(number)
            self._forward(time.monotonic())

    def _receive(self, number: int) -> None:
        with self._lock:
            if number not in self._sockets:
                return
            sock, way = self._sockets[number]
            while True:
                try:
                    data = sock.recv(2048)
                except OSError:  # nothing more, or an ICMP error of an earlier packet
                    return
                self._schedule(data, way, time.monotonic())

    def _schedule(self, data: bytes, way: _Way, now: float) -> None:
        delays, overtaken = way.fate.next()
        way.lost += not delays
        for delay in delays:
            leaves = now + delay
            if not overtaken:
                leaves = way.last = max(way.last, leaves)
            heapq.heappush(self._waiting, (leaves, next(self._order), data, way))

    def _forward(self, now: float) -> None:
        while self._waiting and self._waiting[0][0] <= now:
            _, _, data, way = heapq.heappop(self._waiting)
            with self._lock:
                if way.to is None or way.out.fileno() < 0:
                    continue
                try:
                    way.out.sendto(data, way.to)
                    way.passed += 1
                except OSError:  # the far port is closed: so is its call, or it is about to be
                    way.lost += 1
