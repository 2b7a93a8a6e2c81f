"""Job files: what a mistaken path or a broken file answers, and that the bytes stay as they are."""

import json
import os
from pathlib import Path

import pytest

from nosana_chain.cid import cid_of
from nosana_chain.errors import JobFileError
from nosana_chain.job_definition import EXAMPLE_JOB, MAX_JOB_BYTES, read_job_definition

JOB = b'{"version": "0.1", "type": "container", "ops": [{"type": "container/run", "id": "one", "args": {}}]}'


@pytest.fixture
def job_file(tmp_path: Path) -> Path:
    return tmp_path / "job.json"


def _refusal(path: str | Path) -> str:
    with pytest.raises(JobFileError) as caught:
        read_job_definition(path)
    assert caught.value.path == str(path)
    assert len(caught.value.message.splitlines()) == 1
    return caught.value.message


def test_a_missing_file_is_named(job_file: Path) -> None:
    assert f"{str(job_file)!r} can't be read: No such file or directory" in _refusal(job_file)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "Is a directory" in _refusal(tmp_path)


def test_a_path_with_a_nul_is_refused() -> None:
    assert "can't hold a NUL" in _refusal("a\0b")


def test_a_path_with_line_breaks_is_shown_on_one_line() -> None:
    assert "No such file" in _refusal("no\nsuch\nfile")


@pytest.mark.timeout(5)
def test_endless_files_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert "not a regular file" in _refusal(tmp_path / "fifo")
    assert "not a regular file" in _refusal("/dev/zero")


@pytest.mark.timeout(5)
def test_a_huge_file_is_refused_unread(job_file: Path) -> None:
    with job_file.open("wb") as file:
        file.write(JOB)
        file.truncate(3 * 1024**3)
    assert f"is larger than {MAX_JOB_BYTES} bytes" in _refusal(job_file)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"\xff\xfe{\x00}\x00", "is not UTF-8 (byte 0)"),
        (b'{"a": "\xe9"}', "is not UTF-8 (byte 7)"),
        (JOB.decode().encode("utf-16"), "is not UTF-8 (byte 0) but UTF-16; save it as UTF-8"),
        (JOB.decode().encode("utf-16-le"), "is not UTF-8 (byte 0) but UTF-16; save it as UTF-8"),
        (
            b"\xef\xbb\xbf" + JOB,
            "begins with a byte order mark, which a host may not read; save it as UTF-8 without one",
        ),
        (b'{"ops": [1e999]}', "is not JSON: 1e999 is beyond JSON's numbers"),
        (b'{"ops": [-1e999]}', "-1e999 is beyond JSON's numbers"),
        (b'{"ops": [' + b"9" * 309 + b"]}", "a number of 309 digits is beyond JSON's numbers"),
        (b'{"ops": [Infinity]}', "Infinity is no JSON number"),
        (b"hello", "is not JSON: Expecting value at line 1, column 1"),
        (b'{\n"ops": [1,]}', "at line 2"),
        (b'{"ops": [NaN]}', "NaN is no JSON number"),
        (b'{"ops": [' + b"1" * 5000 + b"]}", "is not JSON: a number of 5000 digits is beyond JSON's numbers"),
        (b'{"ops": [1], "ops": [2]}', "the key 'ops' is there twice"),
        (b'{"ops": [{"id": 1, "id": 2}]}', "the key 'id' is there twice"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[1]", "is not a JSON object"),
        (b'"ops"', "is not a JSON object"),
        (b"null", "is not a JSON object"),
        (b"{}", "has no operations"),
        (b'{"ops": []}', "has no operations"),
        (b'{"ops": {}}', "has no operations"),
        (b'{"ops": [{}, "run"]}', "number 2 of 'ops'"),
        (b" " * (MAX_JOB_BYTES + 1 - len(JOB)) + JOB, "is larger than"),
    ],
)
def test_what_is_no_job_is_refused(job_file: Path, content: bytes, reason: str) -> None:
    job_file.write_bytes(content)
    assert reason in _refusal(job_file)


@pytest.mark.parametrize("path", [None, 5, b"job.json"])
def test_a_path_is_text(path: object) -> None:
    with pytest.raises(JobFileError, match="must be text or a Path, not a "):
        read_job_definition(path)  # type: ignore[arg-type]


LISTEN = {"type": "api-listen", "args": {}}


@pytest.mark.parametrize(
    "logistics",
    [
        None,
        [],
        "api-listen",
        {},
        {"receive": LISTEN},
        {"send": None},
        {"send": {}},
        {"send": "api-listen"},
        {"send": {"type": "api-listen"}},
        {"send": {"type": "pigeon", "args": {}}},
        {"send": {"type": ["api"], "args": {}}},
        {"send": {"type": "api", "args": []}},
        {"send": {"type": "api", "args": {"endpoint": 5}}},
    ],
)
def test_a_stub_that_does_not_say_how_its_operations_arrive_is_refused(job_file: Path, logistics: object) -> None:
    job_file.write_text(json.dumps({"ops": [], "logistics": logistics}))
    assert "has no operations" in _refusal(job_file)


@pytest.mark.parametrize("ops", [{}, None, "", 0])
def test_operations_stay_a_list_in_a_stub(job_file: Path, ops: object) -> None:
    job_file.write_text(json.dumps({"ops": ops, "logistics": {"send": LISTEN, "receive": LISTEN}}))
    assert "has no operations" in _refusal(job_file)


def test_operations_beside_logistics_are_checked_too(job_file: Path) -> None:
    job_file.write_text(json.dumps({"ops": ["run"], "logistics": {"send": LISTEN, "receive": LISTEN}}))
    assert "number 1 of 'ops'" in _refusal(job_file)


@pytest.mark.parametrize("send", [LISTEN, {"type": "api", "args": {"endpoint": "https://jobs.example/%%global.job%%"}}])
def test_a_confidential_job_has_no_operations(job_file: Path, send: object) -> None:
    job_file.write_text(json.dumps({"ops": [], "logistics": {"send": send, "receive": LISTEN}}))
    assert read_job_definition(job_file).content == job_file.read_bytes()


def test_the_stub_that_the_official_command_line_pins_has_its_cid(job_file: Path) -> None:
    listen = {"send": LISTEN, "receive": LISTEN}
    stub = {"version": "0.1", "type": "container", "meta": {"trigger": "cli"}, "logistics": listen, "ops": []}
    job_file.write_text(json.dumps(stub, separators=(",", ":")))
    assert read_job_definition(job_file).cid == "QmYBbVdWFgfoTEdPT7mnaXJz6zQzfKb1Pts4A5B9kDMBph"


def test_the_largest_job_is_read(job_file: Path) -> None:
    content = b" " * (MAX_JOB_BYTES - len(JOB)) + JOB
    job_file.write_bytes(content)
    assert read_job_definition(job_file).content == content


def test_the_bytes_stay_as_they_are(job_file: Path) -> None:
    content = b"\r\n" + JOB + b"\r\n"
    job_file.write_bytes(content)
    job = read_job_definition(str(job_file))
    assert job.path == job_file
    assert job.content == content
    assert job.cid == cid_of(content)


def test_the_example_is_a_container_job() -> None:
    job = json.loads(read_job_definition(EXAMPLE_JOB).content)
    assert job["type"] == "container"
    assert [op["type"] for op in job["ops"]] == ["container/run"]
