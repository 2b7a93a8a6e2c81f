"""A stake of NOS, and the settings of the staking program."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from nosana_chain.bindings._runtime.layout import key, u128
from nosana_chain.bindings.layouts.staking import SETTINGS_ACCOUNT, STAKE_ACCOUNT
from nosana_chain.models.by_position import by_position
from nosana_chain.one_line import one_line
from nosana_chain.units import NosUnits, Seconds, UnixSeconds, XNos

_read_stake = STAKE_ACCOUNT.reader("amount", "authority", "duration", "time_unstake", "vault", "xnos")
_read_settings = SETTINGS_ACCOUNT.reader("authority", "token_account")


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """A stake account.

    Attributes:
        amount: NOS base units that were staked (the vault may hold less after slashing or withdrawals).
        duration: how long the stake stays locked after unstaking, in seconds.
        time_unstake: when unstaking began; None while staked.
        vault: NOS token account with the stake's tokens.
        xnos: the stake's weight; 0 once unstaked.
    """

    address: Pubkey
    authority: Pubkey
    amount: NosUnits
    duration: Seconds
    time_unstake: UnixSeconds | None
    vault: Pubkey
    xnos: XNos

    @classmethod
    def decode(cls, address: Pubkey, data: bytes) -> Stake:
        """Read a stake from the bytes of its account."""
        amount, authority, duration, time_unstake, vault, xnos = _read_stake(data)
        return _stake(address, key(authority), amount, duration, time_unstake or None, key(vault), u128(xnos))

    @property
    def unlocks_at(self) -> UnixSeconds | None:
        """When the whole stake can be withdrawn; None while staked. Closing takes one second more."""
        return None if self.time_unstake is None else UnixSeconds(self.time_unstake + self.duration)


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class StakingSettings:
    """Settings of the staking program.

    Attributes:
        authority: who may slash stakes and change these settings.
        token_account: where slashed NOS go.
    """

    address: Pubkey
    authority: Pubkey
    token_account: Pubkey

    @classmethod
    def decode(cls, address: Pubkey, data: bytes) -> StakingSettings:
        """Read the settings from the bytes of their account."""
        return _settings(address, *map(key, _read_settings(data)))


_stake, _settings = by_position(Stake), by_position(StakingSettings)
