"""Addresses of exposed services: every recorded case of the official package."""

from typing import Any

import pytest
from off_chain import RECORDED

from nosana_chain.errors import InputError
from nosana_chain.job_definition.services import (
    deployment_endpoint_hash,
    deployment_url,
    endpoint_hash,
    exposed_services,
)
from nosana_chain.networks import DEVNET, LOCALNET, MAINNET

CASES: dict[str, Any] = RECORDED["endpoints"]


@pytest.mark.parametrize("case", CASES["jobs"], ids=lambda case: case["name"])
def test_the_services_of_a_job(case: dict[str, Any]) -> None:
    found = exposed_services(case["definition"], case["job"], network=MAINNET)
    assert found.is_private == (case["hashes"] == ["private"])
    theirs = [] if found.is_private else case["services"]
    assert [(one.url, one.op_id, one.op_index, one.port, one.has_health_check) for one in found.services] == [
        (one["url_mainnet"], one["opId"], one["opIndex"], str(one["port"]), one["hasHealthCheck"]) for one in theirs
    ]
    for network in (DEVNET, LOCALNET):
        urls = [one.url for one in exposed_services(case["definition"], case["job"], network=network).services]
        assert urls == [one["url_devnet"] for one in theirs]


def test_all_cases_are_there() -> None:
    assert len(CASES["jobs"]) == 12


def test_hashes() -> None:
    for case in CASES["raw"]:
        assert endpoint_hash(int(case["op"]), str(case["port"]), case["job"]) == case["hash"]
    for case in CASES["recorded"]:  # addresses that were published for jobs that ran
        assert endpoint_hash(case["op"], str(case["port"]), case["job"]) == case["published_hash"]


def test_deployments_have_one_address_for_all_their_jobs() -> None:
    case = CASES["deployment"]
    for op in case["ops"]:
        found = deployment_endpoint_hash(case["deployment"], op["op_id"], case["owner_or_vault"])
        assert found == op["hash"]
        url = deployment_url(case["deployment"], op["op_id"], owner=case["owner_or_vault"], network=MAINNET)
        assert url == f"https://{op['hash']}.node.k8s.prd.nos.ci"


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"ops": 7},
        {"ops": [None, 7, {}, {"type": "container/run"}, {"type": "container/run", "args": []}]},
        {"ops": [{"type": "container/run", "args": {"expose": [None, True, {}, [80], {"port": {}}]}}]},
    ],
)
def test_what_no_host_could_read_exposes_nothing(odd: dict[str, Any]) -> None:
    assert exposed_services(odd, "4wBqpZM9xaSheZzJSMawUKKwhdpChKbZ5eu5ky4Vigw", network=MAINNET).services == ()


def test_what_is_no_address() -> None:
    with pytest.raises(InputError):
        exposed_services({"ops": []}, "nowhere", network=MAINNET)
