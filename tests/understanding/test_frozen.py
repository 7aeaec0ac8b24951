"""The frozen phrases are what they were, and keep their own rules.

Frozen: measured figures are only comparable on the same phrases. A phrase found to be bad stays; a new set of
phrases gets new files and a freeze of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from agent.bench.phrases import phrases
from agent.reply.background import SENTENCES
from agent.reply.utterance import Utterance

HERE = Path(__file__).parent
FROZEN = ("training", "intents", "out_of_scope", "facts", "answerable", "unanswerable")
STYLES = ("plain", "wordy", "terse", "indirect", "elderly", "nonnative")
INTENTS = (
    "book_appointment",
    "move_appointment",
    "cancel_appointment",
    "opening_hours",
    "address_and_directions",
    "parking",
    "prescription_refill",
    "test_results",
    "sick_note",
    "insurance_accepted",
    "billing_question",
    "new_patient_registration",
    "vaccination",
    "emergency",
    "speak_to_person",
)
BESIDE = ("other_business", "other_medical", "chat", "background", "adversarial")
STRANGE = ("near_miss", "false_premise", "advice", "private", "promise", "injection", "other")
SPOKEN = re.compile(r"[a-z]+(?:'[a-z]+)*(?: [a-z]+(?:'[a-z]+)*)*")
SENTENCE = re.compile(r"[A-Z][A-Za-z', ]*[.]")
# Words that tell nothing of what a phrase is about.
STOP = """
a am an and any are at be can can't could did do does don't for from get go got had has have he her his how i i'd i'll
i'm i've if in is it it's me my need of on one or our please she so some somebody someone that the there they this to up
us want was we what what's when where which who will with would you your
"""
STOP_WORDS = frozenset(STOP.split())

PHRASES = phrases(HERE)
TRAINING, PARAPHRASES, OUTSIDE = PHRASES.training, PHRASES.intents, PHRASES.out_of_scope
FACTS, ANSWERABLE, UNANSWERABLE = PHRASES.facts, PHRASES.answerable, PHRASES.unanswerable
TRAINED = [example.text for example in TRAINING] + [question for fact in FACTS for question in fact.questions]
TESTED = [
    *(phrase.text for phrase in PARAPHRASES),
    *(phrase.text for phrase in OUTSIDE),
    *(question.text for question in ANSWERABLE),
    *(question.text for question in UNANSWERABLE),
]


def content(said: str) -> frozenset[str]:
    """The words that tell what a phrase is about, one form for singular and plural."""
    words = (word for word in Utterance(said).words if word not in STOP_WORDS)
    return frozenset(word.removesuffix("s") if len(word) > 3 and not word.endswith("ss") else word for word in words)


def copied(tested: Iterable[str], trained: Iterable[str]) -> list[tuple[str, str]]:
    """The tested phrases all of whose content words are in one training phrase, each with that phrase."""
    known = [(phrase, content(phrase)) for phrase in trained]
    return [(said, phrase) for said in tested for phrase, words in known if content(said) <= words]


def test_frozen_measured_figures_are_only_comparable_on_the_same_phrases() -> None:
    frozen = msgspec.json.decode((HERE / "freeze.json").read_bytes(), type=dict[str, str])
    assert frozen == {f"{name}.jsonl": sha256((HERE / f"{name}.jsonl").read_bytes()).hexdigest() for name in FROZEN}, (
        "frozen: measured figures are only comparable on the same phrases"
    )


def test_there_are_eight_training_phrases_and_at_least_forty_others_of_every_intent() -> None:
    assert Counter(example.intent for example in TRAINING) == dict.fromkeys(INTENTS, 8)
    counts = Counter(phrase.intent for phrase in PARAPHRASES)
    assert set(counts) == set(INTENTS)
    assert min(counts.values()) >= 40
    assert len(PARAPHRASES) >= 600


def test_the_styles_are_spread_evenly_over_every_intent() -> None:
    counts = Counter((phrase.intent, phrase.style) for phrase in PARAPHRASES)
    assert set(counts) == {(intent, style) for intent in INTENTS for style in STYLES}
    assert max(counts.values()) - min(counts.values()) <= 1


def test_a_training_phrase_has_no_style_and_what_is_strange_is_of_a_kind_that_is_known() -> None:
    assert {example.style for example in TRAINING} == {""}
    assert {phrase.kind for phrase in OUTSIDE} <= set(BESIDE)
    assert {question.kind for question in UNANSWERABLE} <= set(STRANGE)


def test_there_are_enough_phrases_out_of_scope_of_every_kind() -> None:
    assert len(OUTSIDE) >= 200
    assert min(Counter(phrase.kind for phrase in OUTSIDE).values()) >= 30


def test_there_are_forty_facts_of_five_questions_each_and_five_others_that_they_answer() -> None:
    assert len({fact.name for fact in FACTS}) == len(FACTS) == 40
    assert {len(fact.questions) for fact in FACTS} == {5}
    counts = Counter(question.fact for question in ANSWERABLE)
    assert set(counts) == {fact.name for fact in FACTS}
    assert min(counts.values()) >= 5


def test_most_of_at_least_three_hundred_unanswerable_questions_are_near_misses() -> None:
    assert len(UNANSWERABLE) >= 300
    assert sum(question.kind == "near_miss" for question in UNANSWERABLE) > len(UNANSWERABLE) / 2


def test_what_is_said_is_lower_case_without_punctuation_or_digits() -> None:
    said = [*TRAINED, *TESTED, *(fact.about for fact in FACTS)]
    assert [phrase for phrase in said if not SPOKEN.fullmatch(phrase)] == []


def test_a_fact_is_one_or_two_sentences() -> None:
    texts = {fact.name: re.split(r"(?<=[.]) ", fact.text) for fact in FACTS}
    assert {
        name: parts
        for name, parts in texts.items()
        if len(parts) > 2 or not all(SENTENCE.fullmatch(part) for part in parts)
    } == {}


def test_no_phrase_is_in_the_test_files_twice() -> None:
    counts = Counter(Utterance(said).text for said in TESTED)
    assert [said for said, times in counts.items() if times > 1] == []


@pytest.mark.parametrize("trained", [[example.text for example in TRAINING], TRAINED[len(TRAINING) :]])
def test_no_training_phrase_is_there_twice(trained: list[str]) -> None:
    assert len({Utterance(said).text for said in trained}) == len(trained)


def test_no_test_phrase_is_a_training_phrase() -> None:
    assert {Utterance(said).text for said in TESTED} & {Utterance(said).text for said in TRAINED} == set()


def test_no_test_phrase_is_among_the_sentences_that_every_topic_is_weighed_against() -> None:
    assert {Utterance(said).text for said in TESTED} & {Utterance(said).text for said in SENTENCES} == set()


def test_no_test_phrase_has_all_its_content_words_from_one_training_phrase() -> None:
    assert copied(TESTED, TRAINED) == []


def test_a_phrase_that_only_drops_or_turns_words_of_a_training_phrase_is_found() -> None:
    assert content("could you please move my appointments") == {"move", "appointment"}
    trained = ["i need to move my appointment to friday"]
    assert copied(["an appointment to move please"], trained) == [("an appointment to move please", trained[0])]
    assert copied(["move my visit"], trained) == []
