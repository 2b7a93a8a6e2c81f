"""A LiteSVM that lives on from call to call; each call is held against the model, and no money may appear or vanish."""

from collections.abc import Mapping
from typing import Any

from behaviour import interface
from behaviour.builds import BUILDS
from behaviour.call import Account, Call, Outcome, State, first_difference
from behaviour.machine import Machine
from fidelity.intents import FIXED_ROLES
from model import simulate
from model.addresses import NOS, TOKEN_PROGRAM
from model.layouts import Record
from model.spl_token import ACCOUNT_SIZE, TokenAccount
from model.states import record_of, tokens_in
from solders.pubkey import Pubkey

FIRST_SECOND = 1_760_000_000
SUCCESS = None


class Chain:
    """The accounts and the clock of one life."""

    def __init__(self, build: str = "nosana_jobs") -> None:
        self.clock = FIRST_SECOND
        self.slot = 0
        self._fee_divisor = BUILDS[build].fee_divisor
        self._machine = Machine.of(build)

    def place(self, state: State) -> None:
        """Put accounts of the beginning in place."""
        self._machine.place(state)

    def call(
        self, program: str, name: str, accounts: Mapping[str, Pubkey], error: str | None = SUCCESS, **values: Any
    ) -> Outcome:
        """Run one instruction that must succeed, or be refused with the error of this name and change nothing."""
        declared = interface.instructions(program)[name]
        metas = declared.metas(FIXED_ROLES | dict(accounts))
        return self.run(Call(BUILDS[program].address, self.clock, metas, declared.data(values), self.slot), name, error)

    def run(self, call: Call, name: str, error: str | None) -> Outcome:
        """Run a call of one's own make, likewise."""
        before = {meta.address: self.account(meta.address) for meta in call.accounts}
        expected, got = simulate(call, before, self._fee_divisor), self._machine.run(call)
        difference = first_difference(expected, got, before)
        assert difference is None, f"{name}: {difference}"
        assert (got.anchor.name if got.anchor else got.error) == error, f"{name} ended with {got.anchor or got.error}"
        assert _money(before | dict(got.after)) == _money(before), f"{name} made or lost money"
        return got

    def account(self, address: Pubkey) -> Account:
        """The state of an account."""
        return self._machine.account(address)

    def exists(self, address: Pubkey) -> bool:
        """Tell whether an account exists."""
        return self.account(address).exists

    def record(self, address: Pubkey) -> Record:
        """A decoded account of a Nosana program."""
        return record_of(self.account(address))

    def tokens(self, address: Pubkey) -> int:
        """The base units in a token account."""
        return tokens_in(self.account(address))


def _money(state: State) -> tuple[int, int]:
    """All lamports and all NOS base units in these accounts."""
    return sum(account.lamports for account in state.values()), sum(map(_nos_in, state.values()))


def _nos_in(account: Account) -> int:
    if account.owner != TOKEN_PROGRAM or len(account.data) != ACCOUNT_SIZE:
        return 0
    token = TokenAccount.unpack(account.data)
    return token.amount if token.mint == NOS else 0
