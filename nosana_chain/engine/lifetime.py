"""How long a signed transaction can land, and what it takes to say that it can't any more. Pure.

A verdict of *expired* lets the caller sign anew, so it must be true: one node's word is not enough. Heights must be
ones that the cluster can have reached since, and the time must have passed that its blocks take.
"""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

#: Blocks for which a blockhash is accepted (MAX_PROCESSING_AGE of the validator).
BLOCKHASH_BLOCKS = 150
#: No cluster makes a block in less (slots last 0.4 s on real ones, and 1 ms at the least on local ones).
_FASTEST_BLOCK_SECONDS = 0.001
_SLACK_BLOCKS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """The time in which a signed transaction can land.

    Attributes:
        last_valid_block_height: the last block height (not slot) at which it can, by the node that gave the blockhash.
        signed_at: when it was signed, by a clock that only goes forward, in seconds.
        slot_seconds: length of a slot on its cluster.
    """

    last_valid_block_height: int
    signed_at: float
    slot_seconds: float

    def is_over(self, *, finalized_height: int, now: float) -> bool:
        """Whether it can't land any more, if `finalized_height` is a height that the cluster can have.

        Args:
            finalized_height: height of the last finalized block, as a node tells it.
            now: by the clock of `signed_at`.
        """
        passed = now - self.signed_at
        too_early = passed < BLOCKHASH_BLOCKS * self.slot_seconds  # finality alone takes 32 slots more
        start = self.last_valid_block_height - BLOCKHASH_BLOCKS
        highest = start + passed / _FASTEST_BLOCK_SECONDS + _SLACK_BLOCKS
        return not too_early and self.last_valid_block_height < finalized_height <= highest


@dataclass(frozen=True, slots=True, kw_only=True)
class NonceLifetime:
    """The life of a transaction under a durable nonce: it can land as long as the nonce has its value.

    Attributes:
        nonce: the nonce account.
        value: what the nonce must be, in base58.
        seen: a slot in which it was that.
        signed_at: when it was signed, by a clock that only goes forward, in seconds.
    """

    nonce: Pubkey
    value: str
    seen: int
    signed_at: float
