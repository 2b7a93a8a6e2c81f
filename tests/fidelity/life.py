"""A life: wallets, markets, stakes and a clock, and what calls have made of them so far."""

from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any

from behaviour.builds import Build
from behaviour.call import ABSENT, Account, State
from model.addresses import MARKET_ADMIN
from model.layouts import Record
from model.states import kind_of, record_of
from solders.pubkey import Pubkey

WALLETS = 6
FIRST_SECOND = 1_760_000_000
STRAY_CHANCE = 0.15  # how often a choice ignores what the instruction wants
STEPS = (0, 0, 0, 1, 1, 30, 600, 3_600, 86_400, 30 * 86_400)  # seconds between two calls

Wanted = Callable[[Any], bool]
Found = tuple[Pubkey, Any]


class NothingFitsError(Exception):
    """The life has no account that the instruction could use."""


class Life:
    """The accounts of one life. All randomness comes from its own generator."""

    def __init__(self, random: Random, build: Build, wallets: Sequence[Pubkey] = ()) -> None:
        self.random = random
        self.build = build
        self.clock = FIRST_SECOND
        self.state: dict[Pubkey, Account] = {}
        self.wallets = list(wallets) or [*(self.fresh() for _ in range(WALLETS)), MARKET_ADMIN]
        self._by_kind: dict[str, dict[Pubkey, None]] = {}

    def fresh(self) -> Pubkey:
        """An address that nothing is at."""
        return Pubkey(self.random.randbytes(32))

    def wallet(self) -> Pubkey:
        """Any wallet."""
        return self.random.choice(self.wallets)

    def pick(self, choices: Iterable[Any]) -> Any:
        """Any of the choices."""
        return self.random.choice(list(choices))

    def anything(self) -> Pubkey:
        """Any account, whatever it is."""
        address: Pubkey = self.pick(self.state or self.wallets)
        return address

    def chance(self, share: float) -> bool:
        """True for this share of the times."""
        return self.random.random() < share

    def account(self, address: Pubkey) -> Account:
        """What is at an address."""
        return self.state.get(address, ABSENT)

    def apply(self, changed: State) -> None:
        """Take over what a call, or the beginning, has made of accounts."""
        for address, account in changed.items():
            self._forget(address)
            if account.exists:
                self.state[address] = account
                self._by_kind.setdefault(kind_of(account) or "", {})[address] = None

    def _forget(self, address: Pubkey) -> None:
        old = self.state.pop(address, None)
        if old:
            del self._by_kind[kind_of(old) or ""][address]

    def wait(self) -> None:
        """Let some time pass."""
        self.clock += self.random.choice(STEPS)

    def records(self, kind: str) -> list[Found]:
        """All accounts of one kind, decoded."""
        return [(address, record_of(self.state[address])) for address in self._by_kind.get(kind, ())]

    def record(self, kind: str, wanted: Wanted | None = None) -> Found:
        """An account of one kind that fits, or now and then one that does not."""
        found = self.records(kind)
        if wanted and not self.chance(STRAY_CHANCE):
            found = [(address, record) for address, record in found if wanted(record)]
        if not found:
            raise NothingFitsError
        chosen: Found = self.random.choice(found)
        return chosen

    def at(self, kind: str, address: Pubkey) -> Record | None:
        """The decoded account at an address, where it is of this kind."""
        account = self.account(address)
        return record_of(account) if kind_of(account) == kind else None
