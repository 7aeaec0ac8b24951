"""What callers say out of courtesy, how the model is asked to answer, and what is said when it does not manage to.

Greetings and "how are you" reach the local model; it answers kind words with condolences, so those get the stock
answer. Who is speaking is answered by the dialplan's own text, never by a model.
"""

from __future__ import annotations

import msgspec


class Courtesy(msgspec.Struct, frozen=True):
    """A kind of small talk: how it sounds, and the stock answer."""

    name: str
    examples: tuple[str, ...]
    instead: str
    modelled: bool = True  # the local model may word the answer


GREETING = Courtesy(
    "greeting",
    (
        "hello",
        "hi there",
        "good morning",
        "good afternoon",
        "good evening",
        "hey",
        "hello nice to talk to you",
        "hi is anybody there",
    ),
    "Hello! What can I do for you?",
)
HOW_ARE_YOU = Courtesy(
    "how_are_you",
    (
        "how are you",
        "how are you doing today",
        "how is it going",
        "hello how are you",
        "are you well",
        "how's your day going",
        "what's up",
        "i hope you're having a good day",
    ),
    "I'm doing well, thank you. What can I do for you?",
)
KIND_WORD = Courtesy(
    "kind_word",
    (
        "you have a nice voice",
        "you are very helpful",
        "you're good at this",
        "that was really helpful of you",
        "i like talking to you",
        "you sound so friendly",
        "you are doing a great job",
        "well done",
    ),
    "That's kind of you to say.",
    modelled=False,
)
WHO = Courtesy(
    "who_are_you",
    (
        "are you a robot",
        "am i talking to a machine",
        "are you a real person or a computer",
        "who am i speaking with",
        "what is your name",
        "who are you",
        "is this a recording",
        "are you an artificial intelligence",
    ),
    "",
    modelled=False,
)
REACHED = ("is this {}", "did i reach {}")  # asked with the name of the business
COURTESIES = (GREETING, HOW_ARE_YOU, KIND_WORD, WHO)
STOCK = tuple(courtesy.instead for courtesy in COURTESIES if courtesy.instead)


def instruction(persona: str) -> str:
    """The model's system prompt; the same for every turn, so that its prefix is kept. Short, since every token is
    prefilled; with examples, since a 135M model copies better than it obeys."""
    return (
        f"{persona} A caller greets you. Greet back in one short sentence of at most ten words. Examples: "
        '"Hello! How can I help you today?" "I am doing well, thank you for asking. How can I help you?"'
    )
