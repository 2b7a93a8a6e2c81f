"""What people see of a value: one line, with addresses as they are written."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from types import MappingProxyType

import pytest
from solders.pubkey import Pubkey
from solders.signature import Signature

import nosana_chain
from nosana_chain.client import NosanaClient
from nosana_chain.localnet.genesis import standard_genesis
from nosana_chain.localnet.network import Localnet
from nosana_chain.models.receipt import Receipt
from nosana_chain.networks import DEVNET, LOCALNET, MAINNET
from nosana_chain.one_line import one_line
from nosana_chain.programs.jobs.results import PostedJob
from nosana_chain.units import Lamports, NosUnits
from nosana_chain.wallet import Wallet
from nosana_chain.wire.connection import Connection

A = Pubkey.from_string("9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj")
SIGNATURE = Signature.new_unique()
RECEIPT = Receipt(signature=SIGNATURE, slot=7, fee=Lamports(5_000), compute_units=9, logs=("a log",))


def test_a_result() -> None:
    posted = PostedJob(receipt=RECEIPT, job=A, run=None, deposit=NosUnits(5), network_fee=None)
    receipt = f"Receipt(signature={SIGNATURE}, slot=7, fee=5000, compute_units=9, block_time=None, unknown=())"
    assert repr(posted) == f"PostedJob(receipt={receipt}, job={A}, run=None, deposit=5, network_fee=None)"
    assert str(posted) == repr(posted)


@one_line
@dataclass(frozen=True, slots=True)
class Several:
    keys: tuple[Pubkey, ...]
    nested: tuple[tuple[str, Pubkey], ...] = ()
    named: Mapping[str, Pubkey] = field(default_factory=dict)
    secret: str = field(default="secret", repr=False)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Several(()), "Several(keys=(), nested=(), named={})"),
        (Several((A,)), f"Several(keys=({A},), nested=(), named={{}})"),
        (Several((A, A), (("job", A),)), f"Several(keys=({A}, {A}), nested=(('job', {A}),), named={{}})"),
        (Several((), (), MappingProxyType({"job": A})), f"Several(keys=(), nested=(), named={{'job': {A}}})"),
    ],
)
def test_addresses_within_others(value: Several, shown: str) -> None:
    assert repr(value) == shown


def test_no_public_value_breaks_the_line() -> None:
    """Every public dataclass that holds addresses or signatures is one of these."""
    held = re.compile(r"\b(Pubkey|Signature|AddressLike)\b")
    kinds = [one for one in map(nosana_chain.__getattr__, nosana_chain.__all__) if inspect.isclass(one)]
    values = [one for one in kinds if is_dataclass(one) and any(held.search(str(field.type)) for field in fields(one))]
    own = {one.__name__ for one in values if one.__repr__.__module__ != one_line.__module__}
    assert own == {"Genesis", "MarketListings"}  # which tell how much there is
    assert "\n" not in repr(standard_genesis())
    assert len(values) > 20
    assert "\n" not in repr(DEVNET)


def test_a_client_tells_its_cluster_and_wallet_and_no_token() -> None:
    network = MAINNET.at("https://rpc.example/secret-token")
    wallet = Wallet.generate()
    assert repr(NosanaClient(network, wallet, journal=None)) == f"<NosanaClient mainnet, wallet {wallet.address}>"
    assert repr(NosanaClient(network)) == "<NosanaClient mainnet, no wallet>"


def test_a_local_network_tells_where_it_is() -> None:
    network = LOCALNET.at("http://127.0.0.1:8899")
    net = Localnet(standard_genesis(), Connection(network), slot_ms=50)
    assert repr(net) == "<Localnet http://127.0.0.1:8899, a slot every 50 ms>"
