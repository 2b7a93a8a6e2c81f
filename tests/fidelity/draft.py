"""A call on its way: made as it is meant, then perhaps damaged, then run."""

from dataclasses import dataclass, field
from random import Random

from behaviour import interface
from behaviour.builds import BUILDS, Build
from behaviour.call import Account, Call, Meta
from behaviour.vectors import Case
from model.addresses import PROGRAMS, RENT_SYSVAR
from solders.pubkey import Pubkey

from fidelity import distributor_intents, jobs_intents, pools_intents, staking_intents
from fidelity.intents import FIXED_ROLES, INTENTS
from fidelity.life import Life

# importing them fills the table of intents
INTENT_MODULES = (jobs_intents, staking_intents, pools_intents, distributor_intents)
BEYOND = "beyond"  # the role of accounts behind the last one that is declared
NO_STATES = PROGRAMS | {RENT_SYSVAR}  # programs and sysvars stand by themselves


@dataclass(slots=True)
class Draft:
    """An instruction with its accounts by role, its data, the clock, and the states that differ from the life's."""

    life: Life
    program: str
    name: str
    accounts: list[tuple[str, Meta]]
    data: bytes
    clock: int
    damaged: dict[Pubkey, Account] = field(default_factory=dict)

    @property
    def declared(self) -> interface.Instruction:
        """The instruction as its interface declares it."""
        return interface.instructions(self.program)[self.name]

    def account(self, address: Pubkey) -> Account:
        """The state of an account as the call will find it."""
        return self.damaged.get(address, self.life.account(address))

    def places(self) -> list[int]:
        """The places of accounts that have a state of their own."""
        return [at for at, (_, meta) in enumerate(self.accounts) if meta.address not in NO_STATES]

    def addresses(self) -> list[Pubkey]:
        """The addresses that have a state of their own."""
        return [self.accounts[at][1].address for at in self.places()]

    def intact(self) -> list[Pubkey]:
        """The addresses whose states are those of the life."""
        return [address for address in self.addresses() if address not in self.damaged]

    def put(self, at: int, address: Pubkey) -> None:
        """Pass another account in one place."""
        role, meta = self.accounts[at]
        self.accounts[at] = role, meta._replace(address=address)

    def told(self) -> tuple[Call, dict[Pubkey, Account]]:
        """All that the programs will see."""
        return self.call(), self.before()

    def call(self) -> Call:
        """The call, with flags merged over the places of one account."""
        metas = [meta for _, meta in self.accounts]
        signers = {meta.address for meta in metas if meta.signer}
        writables = {meta.address for meta in metas if meta.writable}
        merged = tuple(Meta(key, key in signers, key in writables) for key, _, _ in metas)
        return Call(BUILDS[self.program].address, self.clock, merged, self.data)

    def before(self) -> dict[Pubkey, Account]:
        """The states of all accounts that the call names."""
        return {address: self.account(address) for address in self.addresses()}


def recorded_draft(case: Case, build: Build, random: Random) -> Draft:
    """Make a call as it was recorded, in a life that has nothing but its accounts."""
    life = Life(random, build, [address for address, account in case.before.items() if not account.data])
    life.clock = case.call.clock
    life.apply(case.before)
    roles = [role.name for role in interface.instructions(build.interface)[case.instruction].roles]
    names = [*roles, *(BEYOND,) * len(case.call.accounts)]
    accounts = list(zip(names, case.call.accounts, strict=False))
    return Draft(life, build.interface, case.instruction, accounts, case.call.data, life.clock)


def draft(life: Life, program: str, name: str) -> Draft:
    """Make a call as somebody who means well would."""
    roles, values = INTENTS[program, name](life)
    declared = interface.instructions(program)[name]
    metas = declared.metas(FIXED_ROLES | roles)
    names = [role.name for role in declared.roles]
    return Draft(life, program, name, list(zip(names, metas, strict=True)), declared.data(values), life.clock)
