"""The books of a rewards pool in exact integers, to hold beside the one on a chain."""

from dataclasses import dataclass, field

from solders.pubkey import Pubkey

RATE = (2**128 - 1) // 10**14


@dataclass
class RewardsBooks:
    """Each member's reflection and xNOS, and the sums."""

    rate: int = RATE
    total_reflection: int = 0
    total_xnos: int = 0
    members: dict[Pubkey, tuple[int, int]] = field(default_factory=dict)

    def enter(self, member: Pubkey, xnos: int) -> None:
        self.members[member] = xnos * self.rate, xnos
        self.total_reflection += xnos * self.rate
        self.total_xnos += xnos

    def add_fee(self, amount: int) -> None:
        self.total_xnos += amount
        self.rate = self.total_reflection // self.total_xnos

    def due(self, member: Pubkey) -> int:
        reflection, xnos = self.members[member]
        return reflection // self.rate - xnos

    def claim(self, member: Pubkey, xnos: int) -> int:
        due = self.due(member)
        if due:
            reflection, old_xnos = self.members.pop(member)
            self.total_reflection -= reflection
            self.total_xnos -= old_xnos + due
            self.enter(member, xnos)
        return due

    def sync(self, member: Pubkey, xnos: int) -> None:
        due, (reflection, old_xnos) = self.due(member), self.members[member]
        grown = (xnos + due) * self.rate
        self.members[member] = grown, xnos
        self.total_reflection += grown - reflection
        self.total_xnos += xnos - old_xnos

    def leave(self, member: Pubkey) -> None:
        reflection, xnos = self.members.pop(member)
        self.total_reflection -= reflection
        self.total_xnos -= xnos
