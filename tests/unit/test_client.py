"""The facade: where a client's network and wallet come from."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fault.chain import FakeChain
from solders.keypair import Keypair

from nosana_chain.client import NosanaClient
from nosana_chain.config import load_settings
from nosana_chain.errors import ConfigError, InputError, RpcUnreachableError, WalletError
from nosana_chain.networks import LOCALNET, MAINNET
from nosana_chain.wallet import Wallet
from nosana_chain.wire.retry import RetryPolicy
from nosana_chain.wire.stack import WirePolicy
from nosana_chain.wire.tracing import Exchange


def environment(folder: Path, **variables: str) -> dict[str, str]:
    return {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), **variables}


def test_a_wallet_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(WalletError, match="there is no key file"):
        NosanaClient.from_settings(load_settings(environ=environment(tmp_path, NOSANA_WALLET="/nowhere/id.json")))


def test_mainnet_needs_an_endpoint(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="mainnet"):
        NosanaClient.from_settings(load_settings(environ=environment(tmp_path, NOSANA_NETWORK="mainnet")))


def test_a_url_as_a_network_is_the_command_lines_alone(tmp_path: Path) -> None:
    """Whose addresses it has nobody has asked: devnet's would be wrong on mainnet."""
    variables = environment(tmp_path, NOSANA_NETWORK="https://rpc.example/t0ken")
    with pytest.raises(ConfigError, match="give a name there") as refused:
        NosanaClient.from_settings(load_settings(environ=variables))
    assert "t0ken" not in str(refused.value)


def test_network_and_wallet_from_the_environment(tmp_path: Path) -> None:
    key = Keypair()
    variables = environment(tmp_path, NOSANA_RPC_URL="http://127.0.0.1:8899", NOSANA_WALLET=key.to_json())
    client = NosanaClient.from_settings(load_settings(environ=variables))
    assert client.wallet is not None
    assert (client.wallet.address, client.network.name) == (key.pubkey(), "devnet")
    assert client.network.rpc_url == "http://127.0.0.1:8899"


def test_a_fee_payer_from_the_environment_or_as_an_argument(tmp_path: Path) -> None:
    wallet, sponsor, other = Keypair(), Keypair(), Wallet.generate()
    keys = {"NOSANA_WALLET": wallet.to_json(), "NOSANA_FEE_PAYER": sponsor.to_json()}
    settings = load_settings(environ=environment(tmp_path, **keys))
    for given, payer in ((None, sponsor.pubkey()), (other, other.address)):
        client = NosanaClient.from_settings(settings, fee_payer=given)
        assert client.fee_payer is not None
        assert client.fee_payer.address == payer
    missing = load_settings(environ=environment(tmp_path, **keys | {"NOSANA_FEE_PAYER": "/nowhere/fees.json"}))
    with pytest.raises(WalletError, match=r"there is no key file /nowhere/fees.json \(NOSANA_FEE_PAYER\)"):
        NosanaClient.from_settings(missing)


def test_a_key_file_that_a_container_mounts(tmp_path: Path) -> None:
    path = tmp_path / "id.json"
    path.write_text(Keypair().to_json())
    path.chmod(0o444)
    variables = environment(tmp_path, NOSANA_RPC_URL="http://127.0.0.1:8899", NOSANA_WALLET=str(path))
    with pytest.raises(WalletError, match="NOSANA_ALLOW_SHARED_KEY=1"):
        NosanaClient.from_settings(load_settings(environ=variables))
    NosanaClient.from_settings(load_settings(environ={**variables, "NOSANA_ALLOW_SHARED_KEY": "1"}))


@pytest.mark.parametrize("verb", ["fetch_nos_balance", "fetch_sol_balance"])
async def test_an_owner_that_is_no_address(verb: str) -> None:
    with pytest.raises(InputError, match="owner is 'me', which is no address"):
        await getattr(NosanaClient(MAINNET, transport=FakeChain()), verb)(owner="me")


async def test_an_owner_as_text() -> None:
    client = NosanaClient(MAINNET, transport=FakeChain())
    assert await client.fetch_nos_balance(owner=str(Keypair().pubkey())) == 0  # nothing is on this chain


class Elsewhere:
    """A transport that nothing is sent through."""

    endpoint = "elsewhere"


def test_a_transport_of_ones_own(tmp_path: Path) -> None:
    settings = load_settings(environ=environment(tmp_path, NOSANA_WALLET=Keypair().to_json()))
    client = NosanaClient.from_settings(settings, transport=Elsewhere())
    assert client.connection.transport.endpoint == "elsewhere"


async def test_how_endpoints_are_asked_and_who_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []

    class Telling:
        def started(self, method: str, endpoint: str) -> Callable[[Exchange], object]:
            told.append((method, endpoint))
            return str

    settings = load_settings(environ=environment(tmp_path, NOSANA_WALLET=Keypair().to_json()))
    nobody = replace(settings, network=LOCALNET.at("http://127.0.0.1:1", more=["http://127.0.0.1:2"]))
    once = WirePolicy(retries=RetryPolicy(attempts=1))
    async with NosanaClient.from_settings(nobody, wire=once, tracer=Telling()) as client:
        with pytest.raises(RpcUnreachableError):
            await client.fetch_sol_balance()
    assert told == [("getGenesisHash", "http://127.0.0.1:1"), ("getGenesisHash", "http://127.0.0.1:2")]
