"""The countries that our client accepts are those that the nodes program accepts, code by code."""

import pytest

from nosana_chain import pda
from nosana_chain.bindings.nodes import instructions
from nosana_chain.bindings.program_errors.nodes import CountryCodeUnknown
from nosana_chain.localnet.inprocess import InProcess
from nosana_chain.programs.nodes.countries import ACCEPTED_COUNTRIES
from nosana_chain.programs.nodes.instructions import register_node_ix
from nosana_chain.programs.nodes.terms import NodeSpec

SPEC = NodeSpec(architecture=0, country=min(ACCEPTED_COUNTRIES), cpu=1, gpu=0, memory=1, iops=1, storage=1)
EVERY_NUMERIC_CODE = range(1_000)


@pytest.fixture
def chain() -> InProcess:
    """A chain on which the host is registered."""
    chain = InProcess()
    host = chain.wallets["host"]
    chain.send([register_node_ix(authority=host.address, spec=SPEC, network=chain.network)], [host])
    return chain


def accepts(chain: InProcess, country: int) -> bool:
    """Whether the program takes an update to `country`."""
    host, network = chain.wallets["host"], chain.network
    arguments: instructions.UpdateArgs = {
        "architecture_type": SPEC.architecture,
        "country_code": country,
        "cpu": SPEC.cpu,
        "gpu": SPEC.gpu,
        "memory": SPEC.memory,
        "iops": SPEC.iops,
        "storage": SPEC.storage,
        "endpoint": SPEC.endpoint,
        "icon": SPEC.icon,
        "version": SPEC.version,
    }
    node = pda.node_address(host.address, network=network)
    update = instructions.update(arguments, {"node": node, "authority": host.address}, network.programs.nodes)
    try:
        chain.send([update], [host])
    except CountryCodeUnknown:
        return False
    return True


def test_program_and_client_accept_the_same_countries(chain: InProcess) -> None:
    assert {code for code in EVERY_NUMERIC_CODE if accepts(chain, code)} == ACCEPTED_COUNTRIES
