"""What callers say before they come to the point: "yeah hi um I was just wondering if you could tell me …"."""

from __future__ import annotations

import re

from agent.reply.utterance import Utterance

_FEWEST = 3  # words that a point has; with fewer left, the lead-in may have been the point
_LEAD = re.compile(
    r"(?:(?:(?:hi|hello|hey)(?: there| guys)?|yes|yeah|okay|ok|so|well|oh|and|but|alright|sorry|please|actually|"
    r"good (?:morning|afternoon|evening)|excuse me|thanks|thank you|you know|"
    r"i(?:'m| am| was)?(?: just| only)? (?:calling|wondering|phoning)(?: because| to ask| to find out| about whether)?|"
    r"(?:i|we)(?:'d| would| wanted| want| need)(?: just| only)?(?: like| love)?(?: to)? (?:know|ask|find out)(?: you)?|"
    r"(?:quick|just a(?: quick)?|i have a(?: quick)?|one more) question|"
    r"(?:can|could|would|will) you(?: please| maybe)? tell me(?: please)?|do you know|do you happen to know|tell me|"
    r"(?:if|whether)(?= (?:you|i|we|there|it|the|somebody|someone|anybody|any)\b)|my name is \w+|this is \w+)\b\s*)+"
)


def point_of(said: Utterance) -> str:
    """The words of a turn from where it comes to the point; all of them where nothing goes before."""
    match = _LEAD.match(said.text)
    rest = said.text[match.end() :] if match else said.text
    return rest if len(rest.split()) >= _FEWEST else said.text
