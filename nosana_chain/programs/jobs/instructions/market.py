"""Instructions of market operators: open, update, close."""

from __future__ import annotations

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from nosana_chain import pda
from nosana_chain.addresses import as_address
from nosana_chain.bindings.jobs import instructions
from nosana_chain.networks import Network
from nosana_chain.programs.jobs.terms import MarketTerms

#: On chain, "no access key" is the all-zero key.
OPEN_TO_ALL = Pubkey.default()


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
            "access_key": _access_key(terms),
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
        {"market": market, "access_key": _access_key(terms), "authority": authority},
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


def _access_key(terms: MarketTerms) -> Pubkey:
    key = terms.node_access_key
    return OPEN_TO_ALL if key is None else as_address(key, "node_access_key")
