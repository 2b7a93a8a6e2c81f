import pytest

from nosana_chain.engine.lifetime import Lifetime

LIFETIME = Lifetime(last_valid_block_height=10_150, signed_at=100.0, slot_seconds=0.4)
LONG_AFTER = 100.0 + 300


@pytest.mark.parametrize("height", [300_000_000, 2**62, 10_150 + 302_000])
def test_heights_of_another_cluster_say_nothing(height: int) -> None:
    assert not LIFETIME.is_over(finalized_height=height, now=LONG_AFTER)


@pytest.mark.parametrize("passed", [0, 3.2, 59.9])
def test_blocks_take_their_time(passed: float) -> None:
    assert not LIFETIME.is_over(finalized_height=10_151, now=100.0 + passed)


def test_a_last_valid_height_out_of_this_world() -> None:
    lied = Lifetime(last_valid_block_height=0, signed_at=100.0, slot_seconds=0.4)
    assert not lied.is_over(finalized_height=10_000_000, now=LONG_AFTER)


@pytest.mark.parametrize("height", [0, 10_000, 10_150])
def test_not_before_the_last_valid_height_is_passed(height: int) -> None:
    assert not LIFETIME.is_over(finalized_height=height, now=LONG_AFTER)


def test_short_slots_expire_sooner() -> None:
    short = Lifetime(last_valid_block_height=150, signed_at=100.0, slot_seconds=0.05)
    assert short.is_over(finalized_height=151, now=107.6)


def test_over() -> None:
    assert LIFETIME.is_over(finalized_height=10_151, now=160.1)
