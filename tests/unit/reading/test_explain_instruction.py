"""What an instruction says: odd bytes and odd accounts first, then every instruction of every program."""

from __future__ import annotations

from typing import Any

import pytest
from calls import FILES, Call, every_call
from construct import Construct
from solders import compute_budget, system_program
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM
from spl.token import instructions as spl
from spl.token import models

from nosana_chain.models.explanation import Argument, ExplainedInstruction
from nosana_chain.networks import DEVNET, MAINNET, Network
from nosana_chain.reading.explain_instruction import RawInstruction, explain_instruction
from nosana_chain.reading.explain_transaction import explain_instructions
from nosana_chain.reading.message_accounts import AccountUse
from nosana_chain.reading.native_programs import NATIVE_PROGRAMS

NETWORKS = [DEVNET, MAINNET]
CALLS = {call.label: call for call in every_call()}
POST = CALLS["jobs-list"]


def key(number: int) -> Pubkey:
    return Pubkey(bytes([number]) * 32)


def explain(instruction: Instruction, network: Network = MAINNET) -> ExplainedInstruction:
    (explained,) = explain_instructions([instruction], network=network)
    return explained


def changed(call: Call, *, data: bytes | None = None, accounts: list[AccountMeta] | None = None) -> Instruction:
    made = call.instruction
    return Instruction(
        made.program_id, bytes(made.data) if data is None else data, made.accounts if accounts is None else accounts
    )


def on(network: Network, call: Call) -> Instruction:
    """The call, to the program of this network."""
    program_id = getattr(network.programs, call.program)
    return Instruction(program_id, bytes(call.instruction.data), call.instruction.accounts)


# ---------------------------------------------------------------- what can't be read


def test_an_unknown_program_is_shown_with_its_data_length_and_accounts() -> None:
    explained = explain(Instruction(key(9), b"12345", [AccountMeta(key(1), is_signer=True, is_writable=False)]))
    assert (explained.program, explained.name, explained.data_length) == (None, None, 5)
    assert explained.title == f"unknown program {key(9)} (5 bytes of data)"
    (account,) = explained.accounts
    assert (account.role, account.address, account.signer, account.writable) == ("remaining_1", key(1), True, False)


def test_the_program_of_another_network_is_unknown() -> None:
    assert explain(on(MAINNET, POST), DEVNET).program is None


@pytest.mark.parametrize("data", [b"", b"\x01" * 7, b"\x01" * 8, b"\x01" * 80], ids=len)
def test_an_unknown_instruction_of_a_known_program(data: bytes) -> None:
    explained = explain(changed(POST, data=data))
    assert (explained.program, explained.name, explained.arguments) == ("jobs", None, {})
    assert explained.title == f"jobs unknown instruction ({len(data)} bytes of data)"
    assert explained.accounts[0].role == "remaining_1"


@pytest.mark.parametrize("call", [call for call in CALLS.values() if call.args], ids=lambda call: call.label)
def test_arguments_that_are_cut_are_said_to_be(call: Call) -> None:
    data = bytes(call.instruction.data)
    for length in {8, len(data) - 1}:
        explained = explain(changed(call, data=data[:length]))
        assert (explained.name, explained.arguments) == (call.pascal, {})
        assert explained.remarks == (f"its {length - 8} bytes of arguments are too few or damaged",)
        assert [account.role for account in explained.accounts] == call.roles


@pytest.mark.parametrize("text", [b"\xff\xff\xff\xff", b"\x01\x00\x00\x00\xff"], ids=["endless", "no-utf-8"])
def test_damaged_texts(text: bytes) -> None:
    register = CALLS["nodes-register"]
    numbers = 8 + 1 + 6 * 2  # discriminator, architecture type, six u16
    explained = explain(changed(register, data=bytes(register.instruction.data)[:numbers] + text))
    assert (explained.name, explained.arguments) == ("Register", {})
    assert "damaged" in explained.remarks[0]


def test_bytes_after_the_arguments_are_counted() -> None:
    explained = explain(changed(POST, data=bytes(POST.instruction.data) + b"abc"))
    assert explained.remarks == ("3 bytes follow the arguments",)
    assert set(explained.arguments) == {"ipfs_job", "timeout"}


def test_missing_accounts_are_named() -> None:
    explained = explain(changed(POST, accounts=POST.instruction.accounts[:2]))
    assert [account.role for account in explained.accounts] == ["job", "market"]
    assert explained.remarks == (f"accounts are missing: {', '.join(POST.roles[2:])}",)


def test_accounts_beyond_the_last_are_numbered() -> None:
    more = [AccountMeta(key(number), is_signer=False, is_writable=False) for number in (7, 8)]
    explained = explain(changed(POST, accounts=[*POST.instruction.accounts, *more]))
    assert [account.role for account in explained.accounts] == [*POST.roles, "remaining_1", "remaining_2"]
    assert explained.remarks == ()


# ---------------------------------------------------------------- every instruction of the Nosana programs


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
@pytest.mark.parametrize("call", CALLS.values(), ids=lambda call: call.label)
def test_every_instruction_is_known(call: Call, network: Network) -> None:
    explained = explain(on(network, call), network)
    assert (explained.program, explained.name, explained.remarks) == (call.program, call.pascal, ())
    assert [account.role for account in explained.accounts] == call.roles
    assert [(account.signer, account.writable) for account in explained.accounts] == call.flags
    by_role = {account.role: account.address for account in explained.accounts}
    assert {role: by_role[role] for role in call.accounts} == call.accounts


@pytest.mark.parametrize("seed", range(5))
def test_every_argument_is_read_as_it_was_written(seed: int) -> None:
    for call in every_call(seed):
        read = {name: argument.value for name, argument in explain(call.instruction).arguments.items()}
        assert read == {name: plain(value) for name, value in call.args.items()}


def plain(value: Any) -> Any:
    match value:
        case [int(), *_]:
            return bytes(value).hex()
        case list():
            return [plain(item) for item in value]
    return value


def test_no_program_is_left_out() -> None:
    assert {call.program for call in CALLS.values()} == set(FILES)


# ---------------------------------------------------------------- the programs beside them


def native(program: str) -> Pubkey:
    return next(address for address, known in NATIVE_PROGRAMS.items() if known.name == program)


ACCOUNTS = [key(number) for number in range(1, 8)]
FIRST, SECOND, THIRD = ACCOUNTS[:3]
NOS = MAINNET.nos_mint

ASSOCIATED_ROLES = ["payer", "associated_account", "owner", "mint", "system_program", "token_program"]

BESIDE = [
    (
        system_program.create_account(
            system_program.CreateAccountParams(
                from_pubkey=FIRST, to_pubkey=SECOND, lamports=2_039_280, space=165, owner=TOKEN_PROGRAM
            )
        ),
        "system CreateAccount",
        {"lamports": "0.002039280 SOL", "space": "165 bytes", "owner": str(TOKEN_PROGRAM)},
        ["funding_account", "new_account"],
    ),
    (
        system_program.transfer(system_program.TransferParams(from_pubkey=FIRST, to_pubkey=SECOND, lamports=5)),
        "system Transfer",
        {"lamports": "0.000000005 SOL"},
        ["source", "destination"],
    ),
    (
        spl.transfer(models.TransferParams(program_id=TOKEN_PROGRAM, source=FIRST, dest=SECOND, owner=THIRD, amount=7)),
        "token Transfer",
        {"amount": "7 base units"},
        ["source", "destination", "authority"],
    ),
    (
        spl.transfer_checked(
            models.TransferCheckedParams(
                program_id=TOKEN_PROGRAM, source=FIRST, mint=NOS, dest=SECOND, owner=THIRD, amount=1_500_000, decimals=6
            )
        ),
        "token TransferChecked",
        {"amount": "1.500000 NOS", "decimals": "6"},
        ["source", "mint", "destination", "authority"],
    ),
    (
        spl.mint_to(
            models.MintToParams(program_id=TOKEN_PROGRAM, mint=NOS, dest=FIRST, mint_authority=SECOND, amount=1)
        ),
        "token MintTo",
        {"amount": "0.000001 NOS"},
        ["mint", "destination", "mint_authority"],
    ),
    (
        spl.close_account(models.CloseAccountParams(program_id=TOKEN_PROGRAM, account=FIRST, dest=SECOND, owner=THIRD)),
        "token CloseAccount",
        {},
        ["account", "destination", "authority"],
    ),
    (
        spl.initialize_mint(
            models.InitializeMintParams(
                decimals=6, program_id=TOKEN_PROGRAM, mint=FIRST, mint_authority=SECOND, freeze_authority=THIRD
            )
        ),
        "token InitializeMint",
        {"decimals": "6", "mint_authority": str(SECOND), "freeze_authority": str(THIRD)},
        ["mint", "rent"],
    ),
    (
        spl.initialize_account(
            models.InitializeAccountParams(program_id=TOKEN_PROGRAM, account=FIRST, mint=SECOND, owner=THIRD)
        ),
        "token InitializeAccount",
        {},
        ["account", "mint", "owner", "rent"],
    ),
    (
        spl.create_associated_token_account(FIRST, SECOND, THIRD),
        "associated token account Create",
        {},
        [*ASSOCIATED_ROLES, "remaining_1"],  # solana-py still adds the rent sysvar
    ),
    (
        spl.create_idempotent_associated_token_account(FIRST, SECOND, THIRD),
        "associated token account CreateIdempotent",
        {},
        ASSOCIATED_ROLES,
    ),
    (
        compute_budget.set_compute_unit_limit(20_000),
        "compute budget SetComputeUnitLimit",
        {"units": "20000 compute units"},
        [],
    ),
    (
        compute_budget.set_compute_unit_price(3),
        "compute budget SetComputeUnitPrice",
        {"micro_lamports": "3 micro-lamports per compute unit"},
        [],
    ),
]


@pytest.mark.parametrize(("instruction", "title", "arguments", "roles"), BESIDE, ids=[row[1] for row in BESIDE])
def test_the_programs_beside_them_are_read_too(
    instruction: Instruction, title: str, arguments: dict[str, str], roles: list[str]
) -> None:
    explained = explain(instruction)
    assert explained.title == title
    assert {name: argument.text for name, argument in explained.arguments.items()} == arguments
    assert [account.role for account in explained.accounts] == roles
    assert explained.remarks == ()


@pytest.mark.parametrize("program", [program.name for program in NATIVE_PROGRAMS.values()])
def test_no_native_instruction_hides_another(program: str) -> None:
    known = NATIVE_PROGRAMS[native(program)].instructions
    for instruction in known:
        data = instruction.discriminator + zeros(instruction.layout)
        explained = explain(Instruction(native(program), data, []))
        assert (explained.program, explained.name) == (program, instruction.name)
        assert all("arguments" not in remark for remark in explained.remarks)


def zeros(layout: Construct[Any, Any]) -> bytes:
    """Bytes of a layout with every number 0, and without optional parts."""
    keys = dict.fromkeys(("owner", "authority", "mint_authority"), key(0))
    empty: dict[str, Any] = {**keys, "freeze_authority": [], "new_authority": []}
    return layout.build({field.name: empty.get(field.name, 0) for field in layout.subcons})


def test_an_associated_account_was_once_created_without_data() -> None:
    program = native("associated token account")
    assert explain(Instruction(program, b"", [])).name == "Create"
    assert explain(Instruction(program, b"\x05", [])).name is None


def test_a_transfer_between_known_nos_accounts_is_told_in_nos() -> None:
    use = AccountUse(FIRST, signer=False, writable=True)
    raw = RawInstruction(program_id=TOKEN_PROGRAM, data=b"\x03" + (10**6).to_bytes(8, "little"), accounts=(use,))
    explained = explain_instruction(raw, network=MAINNET, nos_accounts={FIRST})
    assert explained.arguments == {"amount": Argument(10**6, "1.000000 NOS")}
