import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nosana_chain.wire.limits import LIMITS, MAX_ANSWER_BYTES, MAX_DEPTH, is_shallow, most_bytes

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='[]{}"\\a\n:,', max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='[]{}"\\', max_size=4), inner, max_size=3)
    ),
    max_leaves=40,
)


def _depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)


@example([], 64, '{"a": %s}')
@given(JSON, st.integers(0, 130), st.sampled_from(["[%s]", '{"\\\\": %s}', '["]}", %s, "{[\\\\\\""]']))
def test_depth_is_that_of_the_json_whatever_stands_in_its_texts(value: object, levels: int, wrap: str) -> None:
    text = json.dumps(value)
    for _ in range(levels):
        text = wrap % text
    assert is_shallow(text.encode()) == (_depth(json.loads(text)) <= MAX_DEPTH)


@pytest.mark.parametrize("broken", [b"[" * 65, b"]" * 65 + b"[" * 65, b"[{" * 40 + b"]}" * 40, b"[" * 10**6])
def test_what_does_not_match_is_not_shallow(broken: bytes) -> None:
    assert not is_shallow(broken)


def test_a_hundred_thousand_accounts_are_shallow() -> None:
    account = b'{"pubkey":"x","account":{"data":["AAAA","base64"],"owner":"y","lamports":1}}'
    assert is_shallow(b'{"result":[' + b",".join([account] * 100_000) + b"]}")


def test_limits_are_by_method() -> None:
    assert most_bytes("getBalance") < most_bytes("getAccountInfo") < most_bytes("getProgramAccounts")
    assert most_bytes("somethingNew") == MAX_ANSWER_BYTES
    assert max(LIMITS.values()) == 256 * 1024**2
