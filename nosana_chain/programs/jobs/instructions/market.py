"""Instructions of market operators: open, update, close."""

from __future__ import annotations

from dataclasses import dataclass, fields

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.bindings.jobs import instructions
from nosana_chain.models.market import JobType, Market
from nosana_chain.networks import Network
from nosana_chain.units import DAY, HOUR, i64, u8, u64, u128

#: On chain, "no access key" is the all-zero key.
OPEN_TO_ALL = Pubkey.default()


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketTerms:
    """What an operator decides about a market.

    Attributes:
        job_price: NOS base units per second, 0 (a free market) to 2**64-1.
        job_timeout: longest time a job is meant to run, in seconds, 0 to 2**63-1.
        job_expiration: how long after its end anyone may clean a job away, in seconds, 0 to 2**63-1.
        job_type: size class, 0 to 255; a new market turns what `JobType` doesn't know into UNKNOWN, where nothing is
            ever queued.
        node_xnos_minimum: xNOS that a host's stake must weigh, 0 to 2**128-1.
        node_access_key: collection whose NFT a host must hold; None opens the market to all.

    Raises:
        AmountError: a number out of its range.
    """

    job_price: int
    job_timeout: int = 2 * HOUR
    job_expiration: int = DAY
    job_type: int = JobType.DEFAULT
    node_xnos_minimum: int = 0
    node_access_key: Pubkey | None = None

    @classmethod
    def of(cls, market: Market) -> MarketTerms:
        """The terms that a market has now."""
        return cls(**{term.name: getattr(market, term.name) for term in fields(cls)})

    def __post_init__(self) -> None:
        u8(self.job_type, "job_type")
        u64(self.job_price, "job_price")
        i64(self.job_timeout, "job_timeout")
        i64(self.job_expiration, "job_expiration")
        u128(self.node_xnos_minimum, "node_xnos_minimum")


def open_market_ix(*, market: Pubkey, authority: Pubkey, terms: MarketTerms, network: Network) -> Instruction:
    """Create a market and its vault. Signers: `market` (a fresh key) and `authority`, who pays the rent."""
    return instructions.open(
        {
            "job_expiration": terms.job_expiration,
            "job_price": terms.job_price,
            "job_timeout": terms.job_timeout,
            "job_type": int(terms.job_type),
            "node_xnos_minimum": terms.node_xnos_minimum,
        },
        {
            "mint": network.nos_mint,
            "market": market,
            "vault": pda.market_vault_address(market, network=network),
            "authority": authority,
            "access_key": terms.node_access_key or OPEN_TO_ALL,
        },
        network.programs.jobs,
    )


def update_market_ix(*, market: Pubkey, authority: Pubkey, terms: MarketTerms, network: Network) -> Instruction:
    """Replace all terms of a market. Signer: its `authority`."""
    return instructions.update(
        {
            "job_expiration": terms.job_expiration,
            "job_price": terms.job_price,
            "job_type": int(terms.job_type),
            # The interface calls it "stake minimum"; it is the same field as open's xNOS minimum.
            "node_stake_minimum": terms.node_xnos_minimum,
            "job_timeout": terms.job_timeout,
        },
        {"market": market, "access_key": terms.node_access_key or OPEN_TO_ALL, "authority": authority},
        network.programs.jobs,
    )


def close_market_ix(*, market: Pubkey, authority: Pubkey, user: Pubkey, network: Network) -> Instruction:
    """Close a market and send its **whole** vault, deposits of open jobs included, to the token account `user`.

    Signer: `authority`, who gets the rent of market and vault.
    """
    built = instructions.close(_close_accounts(market, authority, user, network), network.programs.jobs)
    return _with_writable(built, authority)


def close_market_admin_ix(*, market: Pubkey, authority: Pubkey, user: Pubkey, network: Network) -> Instruction:
    """The same as `close_market_ix`, signed by the network's market admin."""
    accounts = _close_accounts(market, authority, user, network)
    return _with_writable(instructions.close_admin(accounts, network.programs.jobs), authority)


def _close_accounts(market: Pubkey, authority: Pubkey, user: Pubkey, network: Network) -> instructions.CloseAccounts:
    return {
        "market": market,
        "vault": pda.market_vault_address(market, network=network),
        "user": user,
        "authority": authority,
    }


def _with_writable(instruction: Instruction, account: Pubkey) -> Instruction:
    """The interface marks close's authority read-only, but the rent goes there: the program needs it writable."""
    metas = [
        AccountMeta(meta.pubkey, meta.is_signer, is_writable=True) if meta.pubkey == account else meta
        for meta in instruction.accounts
    ]
    return Instruction(instruction.program_id, instruction.data, metas)
