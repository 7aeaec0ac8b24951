"""How near something is to topics that have several texts each."""

from __future__ import annotations

import numpy as np
import pytest

from agent.reply.nearest import NOTHING, Nearest, of_all


def floats(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(values, np.float32)


def test_the_two_nearest_texts_of_a_topic_count_or_the_one_that_there_is() -> None:
    means, places = Nearest([3, 1, 2]).of(floats(0.1, 0.9, 0.5, -0.4, 0.2, 0.3))
    assert means.tolist() == pytest.approx([0.7, -0.4, 0.25])
    assert places.tolist() == [1, 3, 5]


def test_a_text_that_is_not_there_counts_for_nothing() -> None:
    means, places = Nearest([3, 1]).of(floats(0.1, NOTHING, 0.5, NOTHING))
    assert means.tolist() == pytest.approx([0.3, NOTHING])
    assert places[0] == 2


def test_no_topic_is_near_where_there_is_none() -> None:
    means, _ = Nearest([]).of(floats())
    assert means.tolist() == []


@pytest.mark.parametrize(("of", "mean"), [((0.2,), 0.2), ((0.1, 0.4), 0.25), ((0.1, 0.4, 0.2, 0.6), 0.5)])
def test_of_all_texts_the_two_nearest_count(of: tuple[float, ...], mean: float) -> None:
    assert of_all(floats(*of)) == pytest.approx(mean)
