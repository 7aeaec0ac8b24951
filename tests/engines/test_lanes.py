from __future__ import annotations

from agent.engines.kept_prefixes import KeptPrefixes
from agent.engines.lanes import LANES, Lanes
from tests.engines.test_kept_prefixes import Memory, ask


class Job:
    over = False


def lanes_of_a_call() -> tuple[Lanes, KeptPrefixes, Memory]:
    memory = Memory(8)
    kept = KeptPrefixes(memory, 8, 200)
    return Lanes(kept), kept, memory


def test_two_at_work_have_lanes_of_their_own_and_keep_what_they_have() -> None:
    lanes, kept, memory = lanes_of_a_call()
    one, other = lanes.take("a", [1, 2, 3, 4], Job()), lanes.take("a", [1, 2, 3, 9], Job())
    assert one != other
    assert ask(kept, memory, one, [1, 2, 3, 4]) == 4
    assert ask(kept, memory, other, [1, 2, 3, 9]) == 1  # begins as a copy
    assert ask(kept, memory, one, [1, 2, 3, 4, 5]) == 1


def test_the_lane_of_who_is_over_is_taken_where_it_holds_most() -> None:
    lanes, kept, memory = lanes_of_a_call()
    jobs = [Job() for _ in range(2)]
    prompts = [[1, 2, 3, 4], [1, 7, 8, 9]]
    taken = [lanes.take("a", prompt, job) for prompt, job in zip(prompts, jobs, strict=True)]
    for lane, prompt in zip(taken, prompts, strict=True):
        ask(kept, memory, lane, prompt)
    for job in jobs:
        job.over = True
    assert lanes.take("a", [1, 7, 8, 5], Job()) == taken[1]
    assert lanes.take("a", [1, 2, 3, 5], Job()) == taken[0]


def test_calls_do_not_share_lanes_and_too_many_at_work_share_the_last() -> None:
    lanes, _, _ = lanes_of_a_call()
    taken = [lanes.take("a", [1], Job()) for _ in range(LANES + 2)]
    assert len(set(taken)) == LANES
    assert taken[LANES - 1] == taken[LANES] == taken[LANES + 1]
    assert lanes.take("b", [1], Job()) not in taken


def test_a_call_that_is_over_leaves_nothing() -> None:
    lanes, kept, memory = lanes_of_a_call()
    for prompt in ([1, 2], [3, 4]):
        ask(kept, memory, lanes.take("a", prompt, Job()), prompt)
    lanes.forget("a")
    assert memory.used == 0
