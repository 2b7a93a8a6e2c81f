import pytest
from fault.wire import FakeTime

from nosana_chain.wire.slots import SeenSlot

FAR = 400_000_000  # about where mainnet is


@pytest.mark.parametrize("slot", [-1, 2**48, 2**63 - 1, 2**64 - 1, 2**64, 2**70])
def test_what_no_cluster_reaches_is_never_believed(slot: int) -> None:
    seen = SeenSlot()
    seen.told(slot)
    assert not seen.saw(slot)
    assert seen.slot == 0


def test_where_nothing_is_known_any_slot_of_a_cluster_is_believed() -> None:
    seen = SeenSlot()
    assert seen.saw(FAR)
    assert seen.slot == FAR


@pytest.mark.parametrize(
    ("passed", "ahead", "believed"),
    [(0, 0, True), (0, 1_500, True), (0, 1_501, False), (10, 11_500, True), (10, 11_501, False), (0, 10**9, False)],
)
def test_a_slot_must_fit_to_those_of_other_answers(passed: float, ahead: int, believed: bool) -> None:  # noqa: FBT001  pytest gives it by name
    time = FakeTime()
    seen = SeenSlot(time.clock)
    seen.told(FAR)
    time.now += passed
    assert seen.saw(FAR + ahead) is believed
    assert seen.slot == (FAR + ahead if believed else 0)


def test_a_false_slot_of_an_answer_is_replaced_by_the_next_one() -> None:
    seen = SeenSlot()
    seen.told(10**12)
    seen.told(FAR)
    assert not seen.saw(10**12)
    assert seen.saw(FAR + 1)


def test_a_cluster_that_was_set_forward_is_believed_once_it_says_so() -> None:
    seen = SeenSlot()
    seen.told(100)
    assert not seen.saw(10**9)
    seen.told(10**9)
    assert seen.saw(10**9)


def test_the_latest_slot_counts_until_it_is_forgotten() -> None:
    seen = SeenSlot()
    seen.saw(5)
    seen.saw(3)
    assert seen.slot == 5
    seen.forget()
    assert seen.slot == 0
    seen.saw(3)
    assert seen.slot == 3
