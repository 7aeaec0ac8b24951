"""Our session description with the trunk's codecs only, in the trunk's order. Pure text."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from telephony.config import Codec

_STATIC = {"0": "PCMU", "8": "PCMA", "9": "G722"}
_KEPT = "TELEPHONE-EVENT"


def prefer(sdp: str, codecs: Sequence[Codec], offered: Collection[str] = ()) -> str:
    """Reorder and thin out the audio payloads of `sdp`; telephone-event stays, last. Unchanged when nothing of
    `codecs` is in it (the negotiation then fails by itself).

    `offered` holds the peer's codecs ("PCMU/8000") when this is an answer: the stack would follow the peer's order,
    so only our first common codec is left to choose.
    """
    common = [codec for codec in codecs if f"{codec}/8000" in offered]
    codecs = common[:1] or codecs
    newline = "\r\n" if "\r\n" in sdp else "\n"
    lines = sdp.split(newline)
    names = dict(_STATIC)
    for line in lines:
        found = re.match(r"a=rtpmap:(\d+)\s+([A-Za-z0-9-]+)/", line)
        if found:
            names[found[1]] = found[2].upper()
    kept: set[str] | None = None
    result = []
    for line in lines:
        if line.startswith("m="):
            media, kept = _media(line, names, codecs)
            result.append(media)
            continue
        if kept is not None and (found := re.match(r"a=(?:rtpmap|fmtp):(\d+)\s", line)) and found[1] not in kept:
            continue
        result.append(line)
    return newline.join(result)


def _media(line: str, names: dict[str, str], codecs: Sequence[Codec]) -> tuple[str, set[str] | None]:
    head, payloads = line.split(" ")[:3], line.split(" ")[3:]
    if not line.startswith("m=audio"):
        return line, None
    ours = [payload for codec in codecs for payload in payloads if names.get(payload) == codec]
    if not ours:
        return line, None
    ours += [payload for payload in payloads if names.get(payload) == _KEPT]
    return " ".join(head + ours), set(ours)
