"""Results of hosts of all ages, and logs that would play tricks on a terminal."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from off_chain import RECORDED

from nosana_chain.errors import InputError
from nosana_chain.models.flow_state import FlowState, terminal_text

[RESULT] = [one["pinned_text"] for one in RECORDED["cid"]["documents"] if one["name"] == "result document"]


def test_a_result_of_today() -> None:
    flow = FlowState.read(RESULT.encode())
    assert (flow.status, flow.start_ms, flow.end_ms, flow.errors) == ("success", 1764201600123, 1764201665432, ())
    [op] = flow.ops
    assert (op.id, op.group, op.status, op.exit_code) == ("hello", "hello", "success", 0)
    assert op.results == {"greeting": ("hi there",)}
    assert (op.is_expired, op.is_stopped, op.is_host_gone) == (False, False, False)
    [(name, line)] = flow.logs()
    assert (name, line.type, line.text) == ("hello", "stdout", "hi there\n")
    assert line.time == datetime(2025, 11, 27, 0, 0, 2, 123456, tzinfo=UTC)
    assert flow.log_text() == "hi there\n"
    assert flow.is_success
    assert flow.document["secrets"] == {}


def flow_of(*ops: dict[str, Any], **more: Any) -> FlowState:
    return FlowState.read(json.dumps({"status": "success", "opStates": [*ops], **more}).encode())


def test_a_failed_container_is_no_success() -> None:
    assert flow_of({"status": "success", "exitCode": 0}).is_success
    assert not flow_of({"status": "failed", "exitCode": 1}).is_success
    assert not flow_of({"status": "success", "exitCode": 1}).is_success
    assert not flow_of(status="failed").is_success


def test_logs_in_their_order_of_one_operation_or_all() -> None:
    one = {"operationId": "one", "logs": [{"log": "a\n", "type": "stdout"}, {"log": "b", "type": "stderr"}]}
    two = {"operationId": "two", "logs": [{"log": "c\r\n", "timestamp": "1764201600000"}, {"type": "stdout"}, "odd"]}
    flow = flow_of(one, two)
    assert flow.log_text() == "a\nb\nc\n\n"
    assert flow.log_text("one") == "a\nb\n"
    assert [line.type for _, line in flow.logs()] == ["stdout", "stderr", "", "stdout"]
    assert [*flow.logs()][2][1].time == datetime(2025, 11, 27, tzinfo=UTC)


def test_results_of_old_hosts() -> None:
    old = {
        "status": "success",
        "results": {
            "lint": ["success", [{"cmd": "ls", "log": [[1, "a\n"], [2, "b\n"], "c\n", [7]]}, {"log": None}]],
            "odd": "failed",
        },
    }
    flow = FlowState.read(json.dumps(old).encode())
    assert [(op.id, op.status) for op in flow.ops] == [("lint", "success"), ("odd", "")]
    assert [(line.type, line.text) for _, line in flow.logs()][:3] == [
        ("stdout", "a\n"),
        ("stderr", "b\n"),
        ("stdout", "c\n"),
    ]


def test_what_ended_a_job_and_what_went_wrong() -> None:
    reason = {"hostShutDown": False, "jobStopped": True, "jobExpired": True}
    op = {"diagnostics": {"reason": reason}, "error": {"event": "e", "message": "pull failed"}, "results": {"x": "bad"}}
    [state] = flow_of(op, errors=["whole", {"code": 3}]).ops
    assert (state.is_stopped, state.is_expired, state.is_host_gone) == (True, True, False)
    assert (state.errors, state.results) == (("pull failed",), {"x": ("bad",)})
    assert flow_of(errors=["whole", {"code": 3}]).errors == ("whole", '{"code":3}')


@pytest.mark.parametrize("content", [b"", b"[]", b"7", b"<html>", b"\xff", b"[" * 200_000])
def test_what_is_no_result(content: bytes) -> None:
    with pytest.raises(InputError, match="the result is not"):
        FlowState.read(content)


ODD = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
KEYS = st.sampled_from(["opStates", "status", "logs", "log", "results", "errors", "diagnostics", "reason", "timestamp"])


@given(st.recursive(ODD, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=30))
def test_whatever_a_host_writes_is_read(value: Any) -> None:
    flow = FlowState.read(json.dumps({"status": "x", "opStates": [value], "results": value, "errors": value}).encode())
    flow.log_text()
    assert all(line.time is None or line.time.tzinfo is not None for _, line in flow.logs())
    assert FlowState.of({"results": value}).log_text() is not None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[1;1Hgone", "gone"),
        ("\x9b31mred", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]52;c;cGFzdGU=\nnext", "\nnext"),  # a clipboard's content, without an end
        ("\x1bP1$r0m\x1b\\x", "x"),
        ("\x1bc reset", " reset"),
        ("10%\r20%\r\n", "10%\n20%\n"),
        ("a\x00b\x08c\x7f", "abc"),
        ("abc\u202edcba\u2066", "abcdcba"),
        ("naïve ✓ 😀\u00a0x", "naïve ✓ 😀\u00a0x"),
    ],
)
def test_what_a_terminal_is_shown(text: str, shown: str) -> None:
    assert terminal_text(text) == shown


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("\x1b\x9b[]\x07\\m;0")))
def test_no_control_is_left(text: str) -> None:
    assert [char for char in terminal_text(text) if ord(char) < 32 and char not in "\n\t"] == []
    assert "\x9b" not in terminal_text(text)
