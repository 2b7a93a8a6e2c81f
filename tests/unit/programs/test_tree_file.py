"""Published trees: damaged, foreign and huge files are refused, a good one is read."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey

from nosana_chain.errors import InputError, TreeFileError
from nosana_chain.programs.distributor.merkle import Leaf, MerkleTree
from nosana_chain.programs.distributor.tree_file import MAX_TREE_BYTES, read_tree_file

LEAVES = [Leaf(claimant=Pubkey(bytes([k]) * 32), unlocked_amount=1_000_000 * k, locked_amount=5 * k) for k in (1, 2, 3)]
TREE = MerkleTree(LEAVES)


def published(**changes: Any) -> dict[str, Any]:
    """A tree as the distributor's tools write it."""
    nodes = [
        {
            "claimant": list(bytes(leaf.claimant)),
            "amount": leaf.unlocked_amount,
            "locked_amount": leaf.locked_amount,
            "proof": [list(sibling) for sibling in TREE.prove(leaf.claimant).siblings],
        }
        for leaf in LEAVES
    ]
    content = {
        "merkle_root": list(TREE.root),
        "airdrop_version": 7,
        "max_num_nodes": 3,
        "max_total_claim": TREE.total,
        "tree_nodes": nodes,
    }
    return content | changes


def written(folder: Path, content: object) -> Path:
    path = folder / "tree_7.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def refusal(path: Path) -> str:
    with pytest.raises(TreeFileError) as caught:
        read_tree_file(path)
    assert caught.value.path == str(path)
    assert isinstance(caught.value, InputError)
    return str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "tree_0.json")


def test_a_wide_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "tree_7.json"
    path.write_bytes(json.dumps(published()).encode("utf-16"))
    assert "is UTF-16 text" in refusal(path)


def test_a_byte_order_mark_is_read_over(tmp_path: Path) -> None:
    assert read_tree_file(written(tmp_path, "\ufeff" + json.dumps(published()))).tree.root == TREE.root


def test_a_folder(tmp_path: Path) -> None:
    assert "can't be read" in refusal(tmp_path)


def test_a_fifo_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert "not a regular file" in refusal(tmp_path / "fifo")


def test_a_file_larger_than_memory_should_hold(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(MAX_TREE_BYTES + 1)  # sparse: takes no room on disk
    assert "larger than" in refusal(path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '"tree"',
        "[" * 100_000,
        '{"proof": ' + "[" * 100_000,
        published(merkle_root=[1] * 31),
        published(merkle_root=[256] * 32),
        published(merkle_root=None),
        published(airdrop_version=-1),
        published(airdrop_version=2**64),
        published(airdrop_version="7"),
        published(tree_nodes=[]),
        published(tree_nodes=[*published()["tree_nodes"], published()["tree_nodes"][0]]),
        published(tree_nodes=[{"claimant": [1] * 32}]),
        published(tree_nodes=[{"claimant": "1" * 32, "amount": 1}]),
        published(tree_nodes=[{"claimant": [1] * 32, "amount": -1}]),
        published(tree_nodes=[{"claimant": [1] * 32, "amount": 1.5}]),
        published(tree_nodes=[{"claimant": [1] * 32, "amount": 2**64}]),
    ],
    ids=range(19),
)
def test_what_is_no_tree(tmp_path: Path, content: object) -> None:
    assert "is no tree of claimants" in refusal(written(tmp_path, content))


def test_a_number_of_ten_thousand_digits(tmp_path: Path) -> None:
    text = json.dumps(published()).replace("1000000,", "1" + "0" * 10_000 + ",")
    assert "is no tree of claimants" in refusal(written(tmp_path, text))


def test_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "tree.json"
    path.write_bytes(b'{"merkle_root": "\xff"}')
    assert "is no tree of claimants" in refusal(path)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_amount_that_was_tampered_with(tmp_path: Path, place: int) -> None:
    content = published()
    content["tree_nodes"][place]["amount"] += 1
    assert "damaged" in refusal(written(tmp_path, content))


def test_leaves_in_another_order(tmp_path: Path) -> None:
    assert "damaged" in refusal(written(tmp_path, published(tree_nodes=published()["tree_nodes"][::-1])))


def test_a_missing_locked_amount_is_none(tmp_path: Path) -> None:
    leaf = Leaf(claimant=LEAVES[0].claimant, unlocked_amount=4)
    for absent in ({}, {"locked_amount": None}):
        node = {"claimant": list(bytes(leaf.claimant)), "amount": 4, "proof": None, **absent}
        content = published(tree_nodes=[node], merkle_root=list(leaf.hash))
        assert read_tree_file(written(tmp_path, content)).tree.leaves == (leaf,)


def test_a_good_file(tmp_path: Path) -> None:
    found = read_tree_file(written(tmp_path, published()))
    assert found.version == 7
    assert found.tree.leaves == tuple(LEAVES)
    assert found.tree.root == TREE.root
