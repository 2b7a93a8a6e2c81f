"""Calls that a machine carried out, as a cluster would keep them: transactions that landed."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import Protocol, Self, TypeVar

from behaviour.call import ABSENT, Account, Call, Outcome, State
from behaviour.machine import FEE_PAYER, Machine
from fidelity.calls import BUILDS_OF_RECORDS, random_calls
from fidelity.draft import Draft
from fidelity.life import Life
from model.states import kind_of
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.message import Message
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from nosana_chain.models.landed_transaction import InnerInstruction, LandedTransaction, Unknown
from nosana_chain.units import UnixSeconds


@dataclass(frozen=True, slots=True)
class Landing:
    """One call that succeeded: what the cluster tells, and the accounts that it named, before and after.

    A call that does not last was made with damaged accounts: its life goes on without it.
    """

    program: str
    name: str
    build: str
    landed: LandedTransaction
    before: State
    after: State
    life: Life
    lasts: bool

    def changed(self) -> Iterator[tuple[Pubkey, Account, Account]]:
        """The accounts that it changed."""
        for address, account in self.after.items():
            old = self.before.get(address, ABSENT)
            if old != account:
                yield address, old if old.exists else ABSENT, account


class Readable(Protocol):
    """A model that reads itself from an account's bytes."""

    @classmethod
    def decode(cls, address: Pubkey, data: bytes) -> Self: ...


Model = TypeVar("Model", bound=Readable)
KIND_NAMES = {"RewardsPool": "Reflection"}  # of accounts, where the model has another one


def read_in(state: State, address: Pubkey | None, model: type[Model]) -> Model | None:
    """The account at an address, if it is of the model's kind."""
    account = state.get(address, ABSENT) if address else ABSENT
    if address is None or kind_of(account) != KIND_NAMES.get(model.__name__, model.__name__):
        return None
    return model.decode(address, account.data)


def landed(call: Call, outcome: Outcome, number: int) -> LandedTransaction:
    """The transaction of a call, the `number`th of its chain."""
    assert outcome.error is None
    assert outcome.trace is not None
    metas = [AccountMeta(*meta) for meta in call.accounts]
    message = Message.new_with_blockhash([Instruction(call.program, call.data, metas)], FEE_PAYER, Hash.default())
    places = {address: index for index, address in enumerate(message.account_keys)}
    signatures = [Signature(number.to_bytes(64, "big"))] * message.header.num_required_signatures
    inner = tuple(
        InnerInstruction(
            0, made.depth - 1, places[made.program], tuple(places[one] for one in made.accounts), made.data
        )
        for made in outcome.trace.inner
    )
    return LandedTransaction(
        slot=number,
        error=None,
        fee=None,
        compute_units=outcome.compute_units,
        logs=(),
        raw=bytes(VersionedTransaction.populate(message, signatures)),
        loaded=None,
        inner=inner,
        changes=(),
        block_time=UnixSeconds(call.clock),
        unknown=frozenset({Unknown.FEE, Unknown.LOGS, Unknown.BALANCES, Unknown.TOKEN_BALANCES}),
    )


def random_landings(calls: int, seed: int) -> Iterator[Landing]:
    """What landed of so many random calls, in lives whose chains alternate between the builds with and without fee.

    Calls with damaged accounts leave nothing behind.
    """
    machines = {name: Machine.of(name) for name in BUILDS_OF_RECORDS}
    numbers = count(1)
    for made in islice(random_calls(seed), calls):
        before = made.before()
        outcome = machines[made.life.build.name].replay(made.call(), before)
        if not made.damaged:
            made.life.apply(outcome.after)
        if outcome.error is None:
            yield _landing(made, outcome, before, next(numbers))


def _landing(made: Draft, outcome: Outcome, before: State, number: int) -> Landing:
    return Landing(
        program=made.program,
        name=made.name,
        build=made.life.build.name,
        landed=landed(made.call(), outcome, number),
        before=before,
        after=before | dict(outcome.after),
        life=made.life,
        lasts=not made.damaged,
    )
