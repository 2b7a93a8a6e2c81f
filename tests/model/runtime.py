"""The Solana runtime: accounts, the rights of a call, and the calls to the system and token programs."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from behaviour.call import ABSENT, SYSTEM_PROGRAM, Account, InnerCall, Meta, State
from solders.pubkey import Pubkey

from model import spl_token
from model.addresses import (
    LOADERS,
    PROGRAMS,
    RENT_SYSVAR,
    SYSVAR_OWNER,
    TOKEN_PROGRAM,
    UPGRADEABLE_LOADER,
    rent_minimum,
)
from model.checked import U64_MAX
from model.errors import Abort, Failure, refusal
from model.layouts import encode
from model.spl_token import TokenAccount

Seeds = Sequence[bytes]
ALREADY_IN_USE, TOO_FEW_LAMPORTS = "Custom(0)", "Custom(1)"
NO_SEEDS: Seeds = ()
UNBACKED_LAMPORTS = "ExternalAccountLamportSpend"  # p-token lets the receiver's lamports wrap, the runtime does not
PROGRAM_SIZE = 36  # a program's account names where its code is: a u32 tag and an address
DERIVED_MARK = b"ProgramDerivedAddress"
SYSTEM_INSTRUCTIONS = {"create_account": 0, "assign": 1, "transfer": 2, "allocate": 8}
TOKEN_INSTRUCTIONS = {"transfer": 3, "close_account": 9, "initialize_account_3": 18}


@dataclass(slots=True)
class Cell:
    """An account that can change."""

    lamports: int
    owner: Pubkey
    data: bytes

    def drain_into(self, target: "Cell", overflow: Failure | None = None) -> None:
        """Close the account: its lamports go to another one, which may not be able to hold them."""
        if target.lamports + self.lamports > U64_MAX:
            raise overflow or Abort
        target.lamports += self.lamports
        self.lamports, self.owner, self.data = 0, SYSTEM_PROGRAM, b""


class World:
    """All accounts of a call, its clock and slot, its events and inner calls.

    Also the network fee of the build: a divisor, or 0 for none.
    """

    def __init__(self, before: State, clock: int, fee_divisor: int, slot: int) -> None:
        self.clock = clock
        self.slot = slot
        self.events: list[bytes] = []
        self.inner: list[InnerCall] = []
        self.fee_divisor = fee_divisor
        self._cells = {address: Cell(*account) for address, account in before.items()}

    def __getitem__(self, address: Pubkey) -> Cell:
        if address not in self._cells:
            self._cells[address] = Cell(*_standing(address))
        return self._cells[address]

    def after(self) -> State:
        """The accounts as they now are, without programs and sysvars."""
        cells = self._cells.items()
        return {
            address: Account(cell.lamports, cell.owner, cell.data)
            for address, cell in cells
            if not _standing(address).exists
        }


def _standing(address: Pubkey) -> Account:
    """What is at an address that no case lists: a program, a sysvar, or nothing."""
    if address in PROGRAMS:
        return Account(rent_minimum(PROGRAM_SIZE), LOADERS.get(address, UPGRADEABLE_LOADER), bytes(PROGRAM_SIZE))
    if address == RENT_SYSVAR:
        return Account(1, SYSVAR_OWNER, bytes(17))
    return ABSENT


def _signing(address: Pubkey) -> Meta:
    """An account that an inner call writes to, and that must have agreed."""
    return Meta(address, signer=True, writable=True)


class Frame:
    """One invocation of a program: the accounts passed, the rights that each has, and how deep in the call it is."""

    def __init__(self, world: World, program: Pubkey, metas: Sequence[Meta], depth: int = 1) -> None:
        self.world = world
        self.program = program
        self.metas = metas
        self.depth = depth
        self._signers = {meta.address for meta in metas if meta.signer}
        self._writables = {meta.address for meta in metas if meta.writable}

    def signs(self, address: Pubkey) -> bool:
        """Tell whether the account signed, in any of its places."""
        return address in self._signers

    def writes(self, address: Pubkey) -> bool:
        """Tell whether the account is writable, in any of its places."""
        return address in self._writables

    def enter(self, program: Pubkey, data: bytes, metas: Sequence[Meta], seeds: Seeds = NO_SEEDS) -> None:
        """Begin an inner call, unless it would give an account more rights than the caller holds."""
        self._check_rights(metas, seeds)
        addresses = tuple(meta.address for meta in metas)
        self.world.inner.append(InnerCall(self.depth + 1, program, addresses, data))

    def _check_rights(self, metas: Iterable[Meta], seeds: Seeds) -> None:
        """The program's own derived address may sign."""
        own = self._signer_address(seeds)
        for address, signer, writable in metas:
            if (writable and not self.writes(address)) or (signer and not self.signs(address) and address != own):
                raise Failure("PrivilegeEscalation")

    def _signer_address(self, seeds: Seeds) -> Pubkey | None:
        if not seeds:
            return None
        address = Pubkey(hashlib.sha256(b"".join(seeds) + bytes(self.program) + DERIVED_MARK).digest())
        if address.is_on_curve():
            raise Abort
        return address

    def create_account(self, payer: Pubkey, new: Pubkey, size: int, seeds: Seeds = NO_SEEDS, *, owner: Pubkey) -> None:
        """The system program's create_account, with the rent minimum."""
        data = encode("u64", rent_minimum(size)) + encode("u64", size) + bytes(owner)
        self._enter_system("create_account", data, (_signing(payer), _signing(new)), seeds)
        if self.world[new].lamports:
            raise Failure(ALREADY_IN_USE)
        self._allocate(new, size)
        self.world[new].owner = owner
        self._pay(payer, new, rent_minimum(size))

    def init_account(self, payer: Pubkey, new: Pubkey, size: int, seeds: Seeds = NO_SEEDS, *, owner: Pubkey) -> None:
        """What Anchor does for `init`: create, or take over an address that was sent lamports before."""
        if self.world[new].lamports == 0:
            self.create_account(payer, new, size, seeds, owner=owner)
            return
        if payer == new:
            raise refusal("TryingToInitPayerAsProgramAccount", form="thrown", compared=(payer, new))
        missing = rent_minimum(size) - self.world[new].lamports
        if missing > 0:
            self._enter_system("transfer", encode("u64", missing), (_signing(payer), Meta(new, writable=True)))
            self._pay(payer, new, missing)
        self._enter_system("allocate", encode("u64", size), (_signing(new),), seeds)
        self._allocate(new, size)
        self._enter_system("assign", bytes(owner), (_signing(new),), seeds)
        self.world[new].owner = owner

    def _enter_system(self, name: str, data: bytes, metas: Sequence[Meta], seeds: Seeds = NO_SEEDS) -> None:
        self.enter(SYSTEM_PROGRAM, encode("u32", SYSTEM_INSTRUCTIONS[name]) + data, metas, seeds)

    def _allocate(self, new: Pubkey, size: int) -> None:
        cell = self.world[new]
        if cell.data or cell.owner != SYSTEM_PROGRAM:
            raise Failure(ALREADY_IN_USE)
        cell.data = bytes(size)

    def _pay(self, payer: Pubkey, to: Pubkey, lamports: int) -> None:
        cell = self.world[payer]
        if cell.data:
            raise Failure("InvalidArgument")
        if lamports > cell.lamports:
            raise Failure(TOO_FEW_LAMPORTS)
        if cell.owner != SYSTEM_PROGRAM:
            raise Failure("ExternalAccountLamportSpend")
        cell.lamports -= lamports
        self.world[to].lamports += lamports

    def init_token_account(self, address: Pubkey, mint: Pubkey) -> TokenAccount:
        """The token program's InitializeAccount3: every vault is its own authority."""
        self._enter_token("initialize_account_3", bytes(address), (Meta(address, writable=True), Meta(mint)))
        account = TokenAccount(mint, owner=address)
        self.world[address].data = account.pack()
        return account

    def transfer_tokens(
        self, source: Pubkey, target: Pubkey, authority: Pubkey, amount: int, seeds: Seeds = NO_SEEDS
    ) -> None:
        """The token program's Transfer."""
        wanted = (Meta(source, writable=True), Meta(target, writable=True), Meta(authority, signer=True))
        self._enter_token("transfer", encode("u64", amount), wanted, seeds)
        both = self._token_account(source), self._token_account(target)
        if source == target:
            spl_token.check_transfer(*both, authority, amount)
            return
        debited, credited = spl_token.transferred(*both, authority, amount)
        self.world[source].data, self.world[target].data = debited.pack(), credited.pack()

    def close_token_account(self, address: Pubkey, target: Pubkey, authority: Pubkey, seeds: Seeds) -> None:
        """The token program's CloseAccount."""
        wanted = (Meta(address, writable=True), Meta(target, writable=True), Meta(authority, signer=True))
        self._enter_token("close_account", b"", wanted, seeds)
        if address == target:
            raise Failure(spl_token.INVALID_DATA)
        account = self._token_account(address)
        if not account.native[0] and account.amount:
            raise Failure(spl_token.NONZERO_BALANCE)
        if not account.may_be_closed_by(authority):
            raise Failure(spl_token.OWNER_MISMATCH)
        self.world[address].drain_into(self.world[target], Failure(UNBACKED_LAMPORTS))

    def _enter_token(self, name: str, data: bytes, metas: Sequence[Meta], seeds: Seeds = NO_SEEDS) -> None:
        self.enter(TOKEN_PROGRAM, encode("u8", TOKEN_INSTRUCTIONS[name]) + data, metas, seeds)

    def _token_account(self, address: Pubkey) -> TokenAccount:
        return TokenAccount.unpack(self.world[address].data)
