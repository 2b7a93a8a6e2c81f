"""A process that posts is ended by SIGKILL at a touch of network or journal, and started again: one job each."""

from pathlib import Path

from harness.killing import play_all, short_form


async def test_killed_at_each_touch(tmp_path: Path) -> None:
    place, counts = await play_all(short_form(), tmp_path)
    assert place.faults == []
    assert place.killed > len(counts) > 4
