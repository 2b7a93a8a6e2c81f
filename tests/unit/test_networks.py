"""The cluster table: names, endpoints, and what differs between clusters."""

from dataclasses import fields, replace

import pytest
from solders.pubkey import Pubkey

from nosana_chain.errors import ConfigError
from nosana_chain.networks import (
    DEVNET,
    LOCALNET,
    MAINNET,
    NETWORKS,
    PROGRAM_NAMES,
    Network,
    Programs,
    custom,
    network_named,
)
from nosana_chain.pda import nos_account_address

TOKEN = "d3adb33f"  # noqa: S105  stands for one


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("main", "did you mean mainnet"),
        ("Devnet", "did you mean devnet"),
        ("", "known ones are"),
        ("x", "known ones are"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(name: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=f"there is no network {name!r}; .*{reason}"):
        network_named(name)


def test_a_url_in_place_of_a_name_is_not_repeated() -> None:
    with pytest.raises(ConfigError, match="name is a URL") as caught:
        network_named(f"https://rpc.example/{TOKEN}")
    assert TOKEN not in repr(caught.value.as_json())


@pytest.mark.parametrize("url", [TOKEN, f"ws://{TOKEN}", f"file:///{TOKEN}", f" https://{TOKEN}", ""])
def test_an_endpoint_must_be_http_and_is_not_repeated(url: str) -> None:
    with pytest.raises(ConfigError, match="must begin with http:// or https://") as caught:
        MAINNET.at(url)
    assert TOKEN not in repr(caught.value.as_json())


def test_a_websocket_endpoint_must_be_one() -> None:
    with pytest.raises(ConfigError, match="must begin with ws:// or wss://"):
        MAINNET.at("https://rpc.example", "https://rpc.example")


def test_more_endpoints_are_checked_alike_and_go_with_the_first() -> None:
    with pytest.raises(ConfigError, match="must begin with http:// or https://"):
        MAINNET.at("https://a", more=["https://b", f"ws://{TOKEN}"])
    network = MAINNET.at("https://a", more=["https://b", "http://c"])
    assert network.more_rpc_urls == ("https://b", "http://c")
    assert network.at("https://d").more_rpc_urls == ()


@pytest.mark.parametrize("network", NETWORKS.values(), ids=str)
def test_no_repr_shows_an_endpoint(network: Network) -> None:
    assert TOKEN not in repr(network.at(f"https://{TOKEN}", f"wss://{TOKEN}", more=[f"https://{TOKEN}"]))


def test_programs_of_another_cluster_have_no_name() -> None:
    assert DEVNET.programs.name_of(MAINNET.programs.jobs) is None
    assert DEVNET.programs.name_of(Pubkey.default()) is None


def test_every_nosana_program_has_a_name() -> None:
    assert [MAINNET.programs.name_of(getattr(MAINNET.programs, name)) for name in PROGRAM_NAMES] == [*PROGRAM_NAMES]
    assert {field.name for field in fields(Programs)} == {*PROGRAM_NAMES, "token_metadata"}


def test_only_jobs_differs_between_mainnet_and_devnet() -> None:
    assert replace(MAINNET.programs, jobs=DEVNET.programs.jobs) == DEVNET.programs
    assert MAINNET.programs.jobs != DEVNET.programs.jobs
    assert MAINNET.nos_mint != DEVNET.nos_mint


def test_mainnet_and_localnet_bring_no_endpoint_of_their_own() -> None:
    assert [network.name for network in NETWORKS.values() if network.rpc_url] == ["devnet"]


def test_a_genesis_hash_guards_the_public_clusters_alone() -> None:
    assert [network.name for network in NETWORKS.values() if network.genesis_hash] == ["mainnet", "devnet"]


@pytest.mark.parametrize("network", [MAINNET, DEVNET], ids=lambda network: network.name)
def test_slashed_tokens_go_to_the_token_account_of_the_authority(network: Network) -> None:
    assert nos_account_address(network.authority, network=network) == network.slash_account


def test_localnet_has_the_addresses_of_devnet() -> None:
    assert (LOCALNET.programs, LOCALNET.nos_mint) == (DEVNET.programs, DEVNET.nos_mint)


def test_a_network_of_ones_own_has_the_addresses_of_another() -> None:
    fork = custom("fork", like=MAINNET, rpc_url="http://127.0.0.1:8899", ws_url="ws://127.0.0.1:8900")
    assert (fork.name, fork.programs, fork.genesis_hash) == ("fork", MAINNET.programs, None)
    assert (fork.rpc_url, fork.ws_url) == ("http://127.0.0.1:8899", "ws://127.0.0.1:8900")


@pytest.mark.parametrize("network", NETWORKS.values(), ids=lambda network: network.name)
def test_networks_are_found_by_name(network: Network) -> None:
    assert network_named(network.name) is network
