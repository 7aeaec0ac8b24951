"""The bot's own sound in what comes from the caller: taken out, and told from the caller's voice.

::

    sent(at, pcm) ─► what was sent, by the call clock ──┐ delayed as the search found
    cancel(frame) ─► adaptive filter ◄──────────────────┘
                       └─► what is left ─► is it more than echo would leave? ─► suppressed, or passed as it is
    search()      ─► EchoSearch: is there an echo, and how late     (on the detector's thread)

Most calls have no echo that can be heard: then nothing is touched. Where there is one, the filter needs seconds to
learn it, and those are the seconds in which a bot would interrupt itself. So every frame carries how sure it is that
there is nothing in it but echo (`CallerFrame.echo`), by how loud an echo can be at most: until the filter has learnt
something, by the loudest part of what was sent; later by what the filter took out and what it usually leaves. Frames
that are echo are made as quiet as the line's noise, so that detector and recogniser find nothing in them; where those
behind them are a voice, they were its begin, which is given then (`CallerFrame.onset`). Until it is known whether there
is an echo at all, nothing is taken away: a caller may speak into the first words of the greeting.

The delay is 40-800 ms, of the network and of rooms; the filter spans TAIL of it. Where our own jitter buffer slips, the
echo moves by as much, and the filter with it (`CallerFrame.later`). Times are call-clock samples.
`sent` and `cancel` belong to the stack's clock thread and cost 30 us a frame together, 100 where there is an echo;
`search` may run beside them and costs 25.
"""

from __future__ import annotations

import functools
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from telephony.audio import FRAME_SAMPLES, Samples, samples, samples_of
from telephony.media.echo_search import BLOCK, FURTHEST, SPAN, WINDOW, EchoSearch, Peak, least, likeness
from telephony.media.fader import Fader
from telephony.media.inbound import CallerFrame
from telephony.media.onset import Onset
from telephony.media.sample_ring import SampleRing

TAIL = samples(0.128)  # that the filter spans
AHEAD = samples(0.016)  # of the delay found: the echo's first sound may come before its loudest
KEPT = -(-(SPAN + samples(0.3)) // FRAME_SAMPLES) * FRAME_SAMPLES  # of what was sent
LOOK = samples(0.25)  # between two looks for the echo, while it is not known
LOOK_AGAIN = samples(0.5)  # and when it is
FOUND = 12.0  # standard deviations: chance gives 4, a caller with a voice like the bot's up to 10
FIRST = 15.0  # the same, where no echo was known: a caller over the bot in the same voice has 10 now and then
LOUDEST_FOUND = (
    2.0  # the caller's power by the bot's at the lag found: an echo and a voice over it; of a silence it is no echo
)
CERTAIN = 18.0  # the same, of a look that needs no other: the first sounds of a call may be like each other
ROOM = AHEAD  # a peak further than this from where it was is another echo; nearer, it is off another wall of the room
GONE = 8  # looks in a row without the echo, then there is none
NONE_YET = 3  # the same before one was found, where all was as without one and not faint; one, if it was FAINT
CHANCE = 8.0  # standard deviations that callers without an echo rarely reach
PATIENT = 3  # such looks at the same lag, after which FOUND is enough
STAYING = 5.0  # the same at one lag in two looks: chance wanders
FAINT = 10.0 ** (-36 / 10)  # the caller's power by that of what was sent: so quiet that there is no echo
FAINTLY = 10.0 ** (-15 / 10)  # the same: above, it is no echo that is too faint to be found at once
DIVERGED = 5  # frames in a row that the filter made louder
STALL = samples(0.1)  # of the line or the network
SETTLES = 3  # frames behind a slip in which the sound was stretched or squeezed, and no filter fits
LEARNT = 10.0  # dB of ERLE from which the filter's own estimate of the echo counts
VARIES = 4.0  # dB that are not counted on of it
ALIKE = (0.2, 0.3)  # likeness to what was sent, from a caller's voice to an echo
ALONE = 0.2  # share of a block's phases from which it is an echo and little else
SURE = 0.5  # of there being nothing but echo in a frame
ONSET, SYLLABLE, HOLD = 3, 5, 12  # frames: so many make a voice, are counted, and pass behind it
MARGIN = 10.0 ** (5 / 10)  # what is left of an echo varies by this around what is usual
SPREAD = 10.0  # dB above that in which echo becomes voice
AUDIBLE = 10.0 ** (-60 / 10)  # power (full scale 1) below which a bot's frame has no echo
LOUD_BLOCK = 10.0 ** (-45 / 10)  # power of half a second of what was sent that is speech
LOUDEST = 10.0 ** (-3 / 10)  # an echo that nobody has measured may be this part of what was sent
LOUDER = 10.0 ** (3 / 10)  # a frame of an echo may be so much louder by what was sent than half a second of it
QUIET = 10.0 ** (-65 / 10)  # the line's noise, until it is known
LOUD_LINE = 10.0 ** (-45 / 10)  # and at most
FAINTEST = 10.0 ** (-60 / 10)  # noise that a voice is held against at least: what is below is none, on a digital line
_FLOOR = 1e-9  # power; -90 dBFS


class Filter(Protocol):
    """`telephony.line.speex.SpeexFilter`."""

    def process(self, near: bytes, far: bytes) -> bytes: ...
    def reset(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _News:
    """Of a look for the echo. `telling`: whatever the delay, speech of the bot would have come back, so where nothing
    was found there is nothing; `came`: the caller's power by what was sent at least, wherever the lag; `later`: how
    late the caller was then, by the jitter buffer."""

    found: Peak
    telling: bool
    came: float
    later: int


class EchoCanceller:
    """One call's. `make` gives an adaptive filter of so many samples when the first echo is found."""

    def __init__(self, make: Callable[[int], Filter]) -> None:
        self.delay: int | None = None  # of the echo, None while there is none
        self.erle_db = 0.0  # what the filter takes off an echo
        self._make = make
        self._filter: Filter | None = None
        self._lock = threading.Lock()  # for the rings
        self._sent = SampleRing(KEPT)
        self._near = SampleRing(BLOCK + samples(0.1))
        self._powers = np.zeros(KEPT // FRAME_SAMPLES, np.float32)  # of the frames sent, by their place in time
        self._search = EchoSearch()
        self._looked_at = 0
        self._news: _News | None = None  # that `search` has for `cancel`
        self._candidate: int | None = None
        self._last_lag = -FURTHEST  # of the last look, where the correlation was highest
        self._stayed = 0  # looks with a peak of FOUND there, since it was elsewhere
        self._misses = 0  # looks in a row that did not find it
        self._against = 0  # of them, those that were as without an echo
        self._unknown = True  # whether there is an echo
        self._coupling = LOUDEST  # the echo's power at most, by that of what was sent
        self._voices = 0  # of the last frames that were a voice
        self._hold = 0  # frames
        self._worse = 0  # frames in a row that the filter made louder
        self._noise = QUIET  # power of the line where neither speaks
        self._later = 0  # that the caller is, by the jitter buffer's slips
        self._settles = 0  # frames
        self._searched = 0  # the same where the search stands
        self._fader = Fader()
        self._onset = Onset()

    # ── the clock thread ───────────────────────────────────────────────────────────────────────────

    def sent(self, at: int, pcm: bytes) -> None:
        """A frame of the bot that leaves in the tick at `at`."""
        with self._lock:
            self._sent.put(at, pcm)
        self._powers[at // FRAME_SAMPLES % len(self._powers)] = _power(samples_of(pcm))

    def cancel(self, frame: CallerFrame) -> CallerFrame:
        """The caller's frame without the echo."""
        with self._lock:
            self._near.put(frame.at, frame.pcm)
            moved, self._later = frame.later - self._later, frame.later
        self._settles = SETTLES if moved else max(0, self._settles - 1)
        if moved:
            self._follow(moved)
        news, self._news = self._news, None
        if news is not None:
            self._take(replace(news.found, lag=news.found.lag + frame.later - news.later), news.telling, news.came)
        loudest = self._loudest(frame.at)
        if loudest < AUDIBLE:
            self._noise = _settled(self._noise, _power(samples_of(frame.pcm)))
        elif self.delay is not None:
            return self._filtered(frame, self.delay, loudest)
        elif self._unknown:
            return self._judged(frame, frame.pcm, _power(samples_of(frame.pcm)), LOUDEST * loudest)
        self._onset.forget()
        return replace(frame, pcm=self._fader.apply(frame.pcm)) if self._fader.busy else frame

    def _filtered(self, frame: CallerFrame, delay: int, loudest: float) -> CallerFrame:
        if self._filter is None:
            self._filter = self._make(TAIL)
        start = _reference(frame.at, delay)
        pcm = self._filter.process(frame.pcm, self._sent.between(start, start + FRAME_SAMPLES).tobytes())
        near, left = samples_of(frame.pcm), samples_of(pcm)
        before, after = _power(near), _power(left)
        if self._diverges(before, after):
            self._filter.reset()
            self.erle_db = 0.0
        if after > before:
            pcm, left, after = frame.pcm, near, before
        usual = 10.0 ** (-max(0.0, self.erle_db - VARIES) / 10)
        expected = self._coupling * loudest * usual
        if self.erle_db > LEARNT:
            expected = min(expected, _power(near.astype(np.float32) - left) * usual)
        alike = functools.partial(self._alike, frame.at, delay)
        judged = self._judged(frame, pcm, after, expected, alike)
        if judged.echo > SURE:
            self._learn(before, after)
        return judged

    def _alike(self, at: int, delay: int) -> float:
        end = at + FRAME_SAMPLES
        far = self._sent.between(end - delay - WINDOW, end - delay)
        return likeness(self._near.between(end - WINDOW, end), far)

    def _diverges(self, before: float, after: float) -> bool:
        worse = after > before > 4 * self._noise
        self._worse = self._worse + 1 if worse else 0
        return self._worse >= DIVERGED

    def _learn(self, before: float, after: float) -> None:
        """A frame of nothing but echo."""
        if before > 4 * self._noise:
            gained = 10 * math.log10((before + _FLOOR) / (after + _FLOOR))
            self.erle_db += 0.05 * (min(max(gained, 0.0), 40.0) - self.erle_db)

    def _judged(
        self, frame: CallerFrame, pcm: bytes, power: float, expected: float, alike: Callable[[], float] | None = None
    ) -> CallerFrame:
        """`pcm`, of `power`, where an echo leaves `expected`: with how sure it is that it is nothing else, and then no
        louder than the line's noise. `alike`: asked where it is louder."""
        noise = max(self._noise, FAINTEST)
        above = 10 * math.log10(power / (MARGIN * expected + 2 * noise) + _FLOOR)
        voice = min(max(above / SPREAD, 0.0), 1.0)
        if voice > 0.0 and alike is not None:
            voice = min(voice, max(0.0, (ALIKE[1] - alike()) / (ALIKE[1] - ALIKE[0])))
        if (frame.slipping or self._settles) and not self._hold:
            voice = 0.0  # it is of two places in the stream, and the echo in it as well
        begins = not self._hold
        voice = self._held(voice)
        onset = self._onset.give() if begins and self._hold else b""
        echo = 1.0 - voice
        quiet = math.sqrt(min(1.0, (self._noise + _FLOOR) / (power + _FLOOR)))
        hidden = echo > SURE and not self._unknown
        self._onset.keep(pcm, hidden)
        gain = max(quiet, 1.0 - echo) if hidden else 1.0
        return replace(frame, pcm=self._fader.apply(pcm, gain), echo=echo, erle_db=self.erle_db, onset=onset)

    def _held(self, voice: float) -> float:
        """Between the loud sounds of a voice are faint ones, which belong to it."""
        self._voices = min(self._voices + 1, SYLLABLE) if voice > SURE else self._voices - 1
        if self._voices >= ONSET:
            self._hold = HOLD
        elif self._hold > 0:
            self._hold -= 1
        self._voices = max(0, self._voices)
        return 1.0 if self._hold else voice

    def _loudest(self, at: int) -> float:
        """Power of the loudest frame sent whose echo may be in the frame at `at`."""
        first, last = at - FURTHEST, at + FRAME_SAMPLES
        if self.delay is not None:
            last = _reference(at, self.delay) + FRAME_SAMPLES
            first = last - FRAME_SAMPLES - TAIL
        count = -(-last // FRAME_SAMPLES) - first // FRAME_SAMPLES
        places = (first // FRAME_SAMPLES + np.arange(count)) % len(self._powers)
        return float(self._powers[places].max())

    def _follow(self, moved: int) -> None:
        """The jitter buffer has slipped by so many samples, and the echo with it, whether it is found by now or not. It
        is the same echo: what the filter has learnt of it still holds. After a stall it is another."""
        if abs(moved) > STALL:
            self._lost()
            return
        self._last_lag += moved
        if self._candidate is not None:
            self._candidate += moved
        if self.delay is None:
            return
        before, self.delay = self.delay, self.delay + moved
        if _reference(0, before) - _reference(0, self.delay) != moved and self._filter is not None:
            self._filter.reset()  # so short a delay that what was sent in time does not reach back as far
            self.erle_db = 0.0

    def _lost(self) -> None:
        """Where the echo is now, if there was one, is not known."""
        if self.delay is not None:
            self._unknown, self.delay, self._candidate = True, None, None
            self._misses = self._against = 0

    def _take(self, found: Peak, telling: bool, came: float) -> None:
        """What a look for the echo has found: it is, it has moved, or it is not there."""
        same = self.delay is not None and abs(found.lag - self.delay) <= ROOM
        stays = found.height >= STAYING and abs(found.lag - self._last_lag) <= ROOM
        self._stayed = self._stayed + (found.height >= FOUND) if stays else 0
        self._last_lag = found.lag
        if found.height < self._needed(same) or (not same and found.level > LOUDEST_FOUND):
            self._misses += telling and not stays
            self._against += telling and came > FAINTLY and found.height < CHANCE and not stays
            if telling and came < FAINT:
                self._against = NONE_YET
            if self._misses >= GONE or (self.delay is None and self._against >= NONE_YET):
                self._unknown, self.delay = False, None
            return
        self._misses = self._against = 0
        if same:
            self._candidate = None
            level = min(LOUDEST, LOUDER * found.level)
            if level < self._coupling or found.share > ALONE:  # else it may be the caller who is so loud
                self._coupling = level
            return
        doubtful = self.delay is not None or found.height < CERTAIN
        if doubtful and (self._candidate is None or abs(found.lag - self._candidate) > ROOM):
            self._candidate = found.lag  # once more, to be sure
            return
        self._candidate, self.delay, self._unknown = None, found.lag, False
        self.erle_db, self._coupling = 0.0, min(LOUDEST, LOUDER * found.level)
        if self._filter is not None:
            self._filter.reset()

    def _needed(self, same: bool) -> float:
        """How far a peak must stand out."""
        if same:
            return FOUND / 2
        return FIRST if self.delay is None and self._stayed < PATIENT else FOUND

    # ── the detector's thread ──────────────────────────────────────────────────────────────────────

    def search(self) -> None:
        """Look for the echo, when it is time to."""
        with self._lock:
            end = min(self._near.end, self._sent.end)
            known = not self._unknown and self._candidate is None
            if end - self._looked_at < (LOOK_AGAIN if known else LOOK):
                return
            self._looked_at = end
            far = self._sent.between(end - SPAN, end).astype(np.float32)
            near = self._near.between(end - BLOCK, end).astype(np.float32)
            later = self._later
        if _power(far[:BLOCK]) < AUDIBLE and self._unknown:
            return  # an echo may be later than what there is to see
        if later != self._searched:
            self._search.move(later - self._searched)
            self._searched = later
        if _power(far) < AUDIBLE:
            return
        sent, came = least(far) / 32768.0**2, _power(near)
        telling = sent >= LOUD_BLOCK
        if came > AUDIBLE:
            self._news = _News(self._search.look(near, far), telling, came / max(sent, _FLOOR), later)
        elif telling:
            self._news = _News(Peak(0, 0.0), telling, 0.0, later)


def _reference(at: int, delay: int) -> int:
    """The first of the samples sent that the filter needs for the caller's frame at `at`."""
    return at - max(FRAME_SAMPLES, delay - AHEAD)  # what leaves in this tick cannot have come back


def _power(wave: npt.NDArray[np.floating] | Samples) -> float:
    """Mean square, full scale 1."""
    scaled = wave.astype(np.float32)
    return float(np.dot(scaled, scaled)) / (len(wave) * 32768.0**2)


def _settled(noise: float, power: float) -> float:
    """The line's noise by one more frame of it: falls at once, rises 3 dB a second."""
    return power if power < noise else min(noise * 1.014, LOUD_LINE)
