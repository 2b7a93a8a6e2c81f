"""Whatever comes in: readers of blocks, CARs, YAML and definitions give a value, or an error of their own."""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import sha256
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from off_chain import RECORDED

from nosana_chain.cid import CHUNK_BYTES, blocks_of, cid_of
from nosana_chain.errors import AuthorizationError, InputError
from nosana_chain.ipfs.blocks import BlockError, Codec, Ref, read_node, ref_of
from nosana_chain.ipfs.car import read_car, write_car
from nosana_chain.ipfs.walk import assembled
from nosana_chain.job_definition.check import check_job_value
from nosana_chain.job_definition.json_text import json_text
from nosana_chain.job_definition.places import json_places, place_of
from nosana_chain.job_definition.yaml_reading import YamlError, read_yaml
from nosana_chain.wallet import Wallet
from nosana_chain.web.authorization import is_authorized

CONTENT = bytes(range(256)) * (CHUNK_BYTES // 256 + 1)
CID, BLOCKS = cid_of(CONTENT), blocks_of(CONTENT)
CAR = write_car(
    Ref(Codec.DAG_PB, [*BLOCKS][-1]), {Ref(Codec.DAG_PB, digest): block for digest, block in BLOCKS.items()}
)
MOST = 10**7

PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
JSON = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=25)
DEFINITIONS = st.sampled_from([case["definition"] for case in RECORDED["job_definitions"]])


@given(st.binary())
@example(b"\x0a\x04\x08\x02\x18\x00")
def test_any_block(block: bytes) -> None:
    for codec in Codec:
        ref = Ref(codec, sha256(block).digest())
        try:
            node = read_node(ref, block)
        except BlockError:
            continue
        assert len(node.content) <= len(block)


@given(st.binary() | st.binary().map(lambda tail: CAR[:60] + tail))
def test_any_car(car: bytes) -> None:
    try:
        blocks = read_car(car)
    except BlockError:
        return
    assert sum(map(len, blocks.values())) <= len(car)


@given(st.integers(0, len(CAR) - 1), st.integers(1, 255))
def test_a_car_with_a_changed_byte_never_gives_something_else(at: int, change: int) -> None:
    car = CAR[:at] + bytes([CAR[at] ^ change]) + CAR[at + 1 :]
    try:
        content = assembled(CID, read_car(car), most=MOST)
    except BlockError:
        return
    assert content == CONTENT  # the header's root is not what is believed


@given(st.text())
def test_any_cid(text: str) -> None:
    try:
        ref = ref_of(text)
    except (BlockError, InputError):
        return
    assert ref_of(ref.cid) == ref


@given(st.text() | st.text(alphabet="ab:-[]{}&*!?|>'\"#%@` \n\t,~0.1"))
def test_any_yaml(text: str) -> None:
    try:
        value, places = read_yaml(text)
    except YamlError:
        return
    json_text(value)
    assert value is None or () in places


@given(JSON)
def test_yaml_reads_json_as_json_does(value: Any) -> None:
    text = json.dumps(value)
    try:
        read, _ = read_yaml(text)
    except YamlError:  # what YAML can't hold: keys of over 1,024 characters, control characters
        return
    assert json_text(read) == json_text(json.loads(text))


@given(JSON, st.sampled_from([None, 1, "\t"]))
def test_places_point_at_what_they_are_of(value: Any, indent: Any) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    lines = text.split("\n")
    for steps, place in json_places(text).items():
        rest = lines[place.line - 1][place.column - 1 :]
        found = value
        for step in steps:
            found = found[step]
        if steps and isinstance(steps[-1], str):
            assert rest.startswith(json.dumps(steps[-1], ensure_ascii=False))
        elif isinstance(found, (dict, list)):
            assert rest[0] == "{["[isinstance(found, list)]
        else:
            assert rest.startswith(json.dumps(found, ensure_ascii=False))
    assert place_of(text, 0) == json_places(text)[()]


@given(JSON | DEFINITIONS, JSON, st.randoms(use_true_random=False))
def test_any_definition_is_judged(value: Any, odd: Any, random: Any) -> None:
    damaged = _damaged(value, odd, random)
    try:
        check = check_job_value(damaged)
    except InputError:
        return
    assert check.is_valid == (check.definition is not None) == (check.needs is not None)
    assert all(str(problem) for problem in (*check.problems, *check.remarks, *check.refused_by_hosts))


def _damaged(value: Any, odd: Any, random: Any) -> Any:
    """`value` with something odd put in somewhere."""
    if isinstance(value, dict) and value and random.random() < 0.9:
        key = random.choice(sorted(value))
        return {**value, key: _damaged(value[key], odd, random)}
    if isinstance(value, list) and value and random.random() < 0.9:
        at = random.randrange(len(value))
        return [*value[:at], _damaged(value[at], odd, random), *value[at + 1 :]]
    return odd


@given(st.text() | st.lists(st.text(), min_size=2, max_size=4).map(":".join))
def test_any_authorization(text: str) -> None:
    with suppress(AuthorizationError):
        assert is_authorized(text, Wallet.from_seed(bytes(32)).address, at_ms=0) is False
