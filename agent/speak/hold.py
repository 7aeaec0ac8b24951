"""What a caller hears while nobody can answer: a phrase, then quiet music, as one loop of at least 15 s.

The music is synthesised: slow chords of soft tones inside the telephone band (300-3400 Hz), every tone faded in and
out, so that the loop begins and ends in silence and its seam cannot click.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from agent.dialplan.schema import Dialplan
from agent.speak.speaker import SpeechPiece
from telephony.audio import SAMPLE_RATE, samples_of, to_pcm

VERSION = 1  # raise it when the music is another
SHORTEST = 15.0  # s
CHORD = 3.2  # s
LEVEL = 10.0 ** (-30.0 / 20.0)  # RMS of the music, 10 dB under speech
PAUSE = 0.4  # s between phrase and music
_CHORDS = (  # C, A minor, F, G with a fifth on top, in Hz; nothing under 300 Hz, which a telephone does not carry
    (329.63, 392.00, 523.25, 783.99),
    (329.63, 440.00, 523.25, 659.26),
    (349.23, 440.00, 523.25, 698.46),
    (392.00, 493.88, 587.33, 783.99),
)

_Wave = npt.NDArray[np.float64]


def music_of(plan: Dialplan) -> SpeechPiece | None:
    """Music as a loop, for callers who are being put through; None for a dialplan in which nobody hears any."""
    if not any(transfer.waiting.music for transfer in plan.transfers):
        return None
    return SpeechPiece(f"music-{VERSION}", hold_pcm(b""), "")


def hold_pcm(phrase_pcm: bytes) -> bytes:
    """A loop of 16 kHz PCM: `phrase_pcm` (may be empty), then music until whole rounds of chords make it 15 s."""
    phrase = samples_of(phrase_pcm)
    pause = np.zeros(int(PAUSE * SAMPLE_RATE), dtype=np.int16)
    left = SHORTEST - (phrase.size + 2 * pause.size) / SAMPLE_RATE
    rounds = max(1, int(np.ceil(left / (CHORD * len(_CHORDS)))))
    music = np.tile(_music(), rounds)
    return to_pcm(np.concatenate([phrase, pause, samples_of(to_pcm(music)), pause]))


def _music() -> _Wave:
    """One round of the chords; each swells and fades, overlapping with its neighbours, and the round ends silent."""
    length = int(CHORD * SAMPLE_RATE)
    total = np.zeros(length * len(_CHORDS))
    for number, chord in enumerate(_CHORDS):
        start = number * length
        stop = min(total.size, start + length * 3 // 2) if number < len(_CHORDS) - 1 else total.size
        total[start:stop] += _swell(stop - start) * _tones(chord, stop - start)
    total *= LEVEL / np.sqrt(np.mean(np.square(total)))
    return total


def _tones(pitches: tuple[float, ...], length: int) -> _Wave:
    """Each pitch with a weak octave, entering one after the other like a plucked chord played slowly."""
    time = np.arange(length) / SAMPLE_RATE
    total = np.zeros(length)
    for order, pitch in enumerate(pitches):
        entry = np.clip((time - 0.25 * order) / 0.4, 0.0, 1.0)
        tone = np.sin(2 * np.pi * pitch * time) + 0.15 * np.sin(4 * np.pi * pitch * time)
        total += np.square(np.sin(entry * np.pi / 2)) * tone / len(pitches)
    return total


def _swell(length: int) -> _Wave:
    """Zero at both ends: up in 0.6 s, down over the second half, as raised cosines."""
    envelope = np.ones(length)
    rise, fall = min(length // 2, int(0.6 * SAMPLE_RATE)), length // 2
    envelope[:rise] = np.square(np.sin(np.linspace(0.0, np.pi / 2, rise)))
    envelope[-fall:] = np.square(np.cos(np.linspace(0.0, np.pi / 2, fall)))
    return envelope
