"""The generator of C sources: what it refuses, and that facts of interface and cluster arrive unchanged."""

import json
import re
import struct
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime.layout import AccountLayout, Field, Tail
from nosana_chain.localnet.build.errors import BuildError
from nosana_chain.localnet.build.headers import write_headers
from nosana_chain.localnet.build.names import pascal_case, snake_case
from nosana_chain.localnet.build.programs import GENERATED, PROGRAMS, PROGRAMS_FOLDER
from nosana_chain.networks import DEVNET, MAINNET, Network

ROOT = Path(__file__).resolve().parents[3]
IDL = ROOT / "idl"
INTERFACES = sorted({program.interface for program in PROGRAMS})
# Lengths that the real programs allocate, where u128 is aligned to 8 bytes; of a market without its queue.
SPACES = {
    "JobAccount": 240,
    "RunAccount": 120,
    "MarketAccount": 10224 - 314 * 32,
    "StakeAccount": 120,
    "SettingsAccount": 72,
    "RewardAccount": 80,
    "ReflectionAccount": 96,
    "PoolAccount": 136,
    "NodeAccount": 128,
    "MerkleDistributor": 352,
    "ClaimStatus": 112,
}


@pytest.fixture
def generated(tmp_path: Path) -> Path:
    write_headers(IDL, INTERFACES, [DEVNET, MAINNET], tmp_path)
    return tmp_path


def interface_with(folder: Path, **parts: Any) -> Path:
    """A folder of interfaces with one, `nosana_shop`."""
    idl = {"name": "nosana_shop", "instructions": [], "errors": [], **parts}
    (folder / "nosana_shop.json").write_text(json.dumps(idl))
    (folder / "common_errors.json").write_text(json.dumps({"anchor": [], "common": []}))
    return folder


def instruction(*args: tuple[str, Any]) -> dict[str, Any]:
    return {"name": "sell", "accounts": [], "args": [{"name": name, "type": type_} for name, type_ in args]}


def account(kind: str, *tail: tuple[str, str]) -> AccountLayout:
    field = Field("shop_name", kind, offset=8, size=8)
    parts = tuple(Tail(*part, item_size=1) for part in tail)
    return AccountLayout(name="Shop", discriminator=bytes(8), space=16, fields=(field,), tail=parts)


@pytest.mark.parametrize(
    ("unknown", "idl", "accounts"),
    [("bytes", {"instructions": [instruction(("shop_name", "bytes"))]}, ()), (r"\[u8; 8\]", {}, (account("[u8; 8]"),))],
    ids=["argument", "account"],
)
def test_a_type_that_c_does_not_read_is_refused_by_its_field(
    tmp_path: Path, unknown: str, idl: dict[str, Any], accounts: tuple[AccountLayout, ...]
) -> None:
    folder = interface_with(tmp_path, **idl)
    with pytest.raises(BuildError, match=f"field shop_name: the C layer has no type for {unknown}"):
        write_headers(folder, ["nosana_shop"], [DEVNET], tmp_path / GENERATED, accounts={"shop": accounts})


@pytest.mark.parametrize(
    "fields",
    [
        [("queue", {"vec": "publicKey"}), ("price", "u64")],
        [("queue", {"vec": "publicKey"}), ("title", "string")],
        [("queue", "string"), ("price", "u64")],
    ],
)
def test_what_has_no_fixed_length_is_refused_before_a_field_that_needs_its_place(
    tmp_path: Path, fields: list[tuple[str, Any]]
) -> None:
    idl = interface_with(tmp_path, instructions=[instruction(*fields)])
    with pytest.raises(BuildError, match="field queue: a list must be the last field, and strings the last ones"):
        write_headers(idl, ["nosana_shop"], [DEVNET], tmp_path / GENERATED, accounts={"shop": ()})


def test_a_list_is_refused_before_another_field_of_an_account(tmp_path: Path) -> None:
    accounts = {"shop": (account("u64", ("queue", "vec<publicKey>"), ("title", "string")),)}
    with pytest.raises(BuildError, match="field queue: a list must be the last field, and strings the last ones"):
        write_headers(interface_with(tmp_path), ["nosana_shop"], [DEVNET], tmp_path / GENERATED, accounts=accounts)


def test_the_sources_at_hand_are_what_idl_and_cluster_table_give(generated: Path) -> None:
    committed = ROOT / PROGRAMS_FOLDER / GENERATED
    at_hand = {file.relative_to(committed): file.read_text() for file in committed.rglob("*.*")}
    assert at_hand == {file.relative_to(generated): file.read_text() for file in generated.rglob("*.*")}


def test_accounts_are_given_the_space_of_the_real_programs(generated: Path) -> None:
    text = "".join(file.read_text() for file in generated.rglob("accounts.h"))
    found = re.findall(r"AccountType (\w+)_type = \{.*?\.space = (\d+),", text, re.DOTALL)
    assert {name: int(space) for name, space in found} == SPACES


def test_an_instruction_keeps_order_and_flags_of_its_accounts(generated: Path) -> None:
    text = (generated / "nosana_jobs" / "instructions.h").read_text()
    assert "enum { jobs_stop_market, jobs_stop_node, jobs_stop_authority, jobs_stop_accounts };" in text
    assert "constexpr u64 jobs_stop_writable = 0b1;" in text
    assert "constexpr u64 jobs_stop_signers = 0b100;" in text


def test_an_instruction_is_known_by_its_discriminator(generated: Path) -> None:
    text = (generated / "nosana_rewards" / "instructions.h").read_text()
    (found,) = re.findall(r"rewards_add_fee_discriminator = (\w+);", text)
    assert struct.pack("<Q", int(found, 0)).hex() == "43e1bdd4fd7b4c70"  # sha256 of global:add_fee


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("nosana_pools/accounts.h:PoolAccount_type", "{{73, BOOL, 49}}"),
        ("nosana_nodes/accounts.h:NodeAccount_type", "{{32, BOOL, 13, STRING, STRING, STRING}}"),
        ("nosana_jobs/accounts.h:MarketAccount_type", "{{139, LIST}}"),
        ("merkle_distributor/accounts.h:MerkleDistributor_type", "{{233, BOOL, 8, BOOL, 96}}"),
    ],
)
def test_an_account_has_the_shape_of_its_fields(generated: Path, name: str, shape: str) -> None:
    file, _, type_name = name.partition(":")
    found = re.search(rf"{type_name} = \{{.*?\.shape = (.*?),\n", (generated / file).read_text(), re.DOTALL)
    assert found
    assert found[1] == shape


def test_an_error_carries_the_tail_of_its_log_line(generated: Path) -> None:
    text = (generated / "nosana_staking" / "errors.h").read_text()
    assert re.search(r'Locked = \{\.code = 6006, \.text = "Locked\. Error Number: 6006\. Error Message: .+\."\};', text)


@pytest.mark.parametrize("network", [MAINNET, DEVNET], ids=lambda network: network.name)
def test_addresses_are_those_of_the_network(tmp_path: Path, network: Network) -> None:
    write_headers(IDL, [], [network], tmp_path)
    text = (tmp_path / network.name / "addresses.h").read_text()
    rows = re.findall(r"Pubkey (\w+) = \{\{(.*?)\}\}; /\* (\w+) \*/", text)
    addresses = {
        name: Pubkey(b"".join(struct.pack("<Q", int(word, 0)) for word in words.split(","))) for name, words, _ in rows
    }
    assert {name: str(address) for name, address in addresses.items()} == {name: shown for name, _, shown in rows}
    assert addresses["JOBS_PROGRAM"] == network.programs.jobs
    assert addresses["NOS_MINT"] == network.nos_mint
    assert addresses["MARKET_ADMIN"] == network.market_admin
    assert addresses["SLASH_ACCOUNT"] == network.slash_account
    assert addresses["SETTINGS"] == Pubkey.find_program_address([b"settings"], network.programs.staking)[0]


@pytest.mark.parametrize(("camel", "snake"), [("list", "list"), ("addFee", "add_fee"), ("node_access_key",) * 2])
def test_names_become_snake_case(camel: str, snake: str) -> None:
    assert snake_case(camel) == snake


def test_a_logged_name_begins_with_a_capital() -> None:
    assert [pascal_case(name) for name in ("list", "addFee")] == ["List", "AddFee"]
