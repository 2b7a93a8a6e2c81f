"""Every recorded verdict of Nosana's own validators, and the bytes that the official clients pin."""

import json
from typing import Any

import pytest
from off_chain import RECORDED

from nosana_chain.cid import cid_of
from nosana_chain.job_definition.check import check_job_value
from nosana_chain.job_definition.json_text import json_text
from nosana_chain.job_definition.rules import NEWEST, PUBLISHED

CASES: list[dict[str, Any]] = RECORDED["job_definitions"]
DOCUMENTS: list[dict[str, Any]] = [one for one in RECORDED["cid"]["documents"] if not one["name"].startswith("NOT")]


def newest(case: dict[str, Any]) -> dict[str, Any]:
    verdict: dict[str, Any] = case["types_2_1_6" if case["types_2_13_0"] == "same" else "types_2_13_0"]
    return verdict


def test_the_recorded_cases_are_all_there() -> None:
    assert len(CASES) == 195
    assert {newest(case)["valid"] for case in CASES} == {True, False}
    assert [case["name"] for case in CASES if newest(case)["valid"] != case["types_2_1_6"]["valid"]] != []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_verdict_is_the_official_one(case: dict[str, Any]) -> None:
    assert (not [*NEWEST.wrongs(case["definition"], ())]) == newest(case)["valid"]
    assert (not [*PUBLISHED.wrongs(case["definition"], ())]) == case["types_2_1_6"]["valid"]
    check = check_job_value(case["definition"])
    assert check.is_valid == newest(case)["valid"]
    if check.is_valid:
        assert (not check.refused_by_published) == case["types_2_1_6"]["valid"]
        assert (not check.refused_by_hosts) == case["sdk_0_4_69"]["valid"]


@pytest.mark.parametrize("case", [case for case in CASES if "errors" in newest(case)], ids=lambda case: case["name"])
def test_a_problem_is_where_the_official_validator_sees_one_or_deeper(case: dict[str, Any]) -> None:
    theirs = [error["path"].replace("$input", "$") for error in newest(case)["errors"]]
    theirs = [path.replace('["private"]', ".private") for path in theirs]
    ours = [problem.path for problem in check_job_value(case["definition"]).problems]
    # the official ones blame either half of an object that mixes a spread with other keys, and the keys of a list
    odd = {"exp-spread-extra-key", "top-array-input"}
    assert case["name"] in odd or [path for path in ours if any(path.startswith(one) for one in theirs)] != []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["name"])
def test_the_bytes_are_those_that_the_official_clients_pin(document: dict[str, Any]) -> None:
    written = json_text(json.loads(document.get("parsed_from", document["pinned_text"])))
    assert written.decode() == document["pinned_text"]
    assert cid_of(written) == document["cid_v0"]


def test_large_documents_have_the_recorded_names() -> None:
    for large in RECORDED["cid"]["large"]:
        value = {"version": "0.1", "type": "container", "meta": {"pad": ""}, "ops": []}
        value["meta"] = {"pad": "x" * (large["byte_length"] - len(json_text(value)))}
        assert cid_of(json_text(value)) == large["cid_v0"]
