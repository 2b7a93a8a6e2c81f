"""Instructions of builders, who pay for jobs: list, assign, extend, delist, end, recover, clean."""

from __future__ import annotations

from typing import TypedDict

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain import cid, pda
from nosana_chain.bindings.jobs import instructions
from nosana_chain.networks import Network
from nosana_chain.units import i64


class _DepositAccounts(TypedDict):
    user: Pubkey
    vault: Pubkey


class _FeeAccounts(TypedDict):
    rewards_reflection: Pubkey
    rewards_vault: Pubkey
    rewards_program: Pubkey


def list_ix(
    *,
    job: Pubkey,
    run: Pubkey,
    market: Pubkey,
    payer: Pubkey,
    definition_cid: str,
    timeout: int,
    network: Network,
    authority: Pubkey | None = None,
) -> Instruction:
    """Post a job: lock price x timeout in the market's vault, take the first waiting host or join the queue.

    Args:
        job: fresh key of the job account; signs.
        run: fresh key of the run account, used if a host waits; signs either way, since that can change at any time.
        market: where to post.
        payer: pays the deposit from its NOS account, and the rent; signs.
        definition_cid: CIDv0 of the job definition.
        timeout: longest time to run, in seconds, 0 to 2**63-1.
        network: the cluster.
        authority: the job's project, who may extend, stop and recover it; signs. Default: `payer`.

    Raises:
        AmountError: timeout out of range.
        CidError: not a CIDv0.
    """
    accounts: instructions.ListAccounts = {
        "job": job,
        "market": market,
        "run": run,
        **_deposit_accounts(market, payer, network),
        "payer": payer,
        **_fee_accounts(network),
        "authority": authority or payer,
    }
    return instructions.list(_definition(definition_cid, timeout), accounts, network.programs.jobs)


def assign_ix(
    *,
    job: Pubkey,
    run: Pubkey,
    node: Pubkey,
    market: Pubkey,
    payer: Pubkey,
    definition_cid: str,
    timeout: int,
    network: Network,
    authority: Pubkey | None = None,
) -> Instruction:
    """Post a job to one named host, `node`, which must wait in the market's queue. For the rest see `list_ix`."""
    accounts: instructions.AssignAccounts = {
        "job": job,
        "market": market,
        "run": run,
        "node": node,
        **_deposit_accounts(market, payer, network),
        "payer": payer,
        **_fee_accounts(network),
        "authority": authority or payer,
    }
    return instructions.assign(_definition(definition_cid, timeout), accounts, network.programs.jobs)


def extend_ix(
    *,
    job: Pubkey,
    market: Pubkey,
    payer: Pubkey,
    timeout: int,
    network: Network,
    authority: Pubkey | None = None,
) -> Instruction:
    """Give a queued or running job more time; `payer` pays the difference at the job's own price.

    Args:
        job: the job.
        market: its market.
        payer: the job's payer; signs.
        timeout: the **new total** in seconds, greater than the present one, at most 2**63-1.
        network: the cluster.
        authority: the job's project; signs. Default: `payer`.

    Raises:
        AmountError: timeout out of range.
    """
    accounts: instructions.ExtendAccounts = {
        "job": job,
        "market": market,
        **_deposit_accounts(market, payer, network),
        **_fee_accounts(network),
        "authority": authority or payer,
        "payer": payer,
    }
    return instructions.extend({"timeout": i64(timeout, "timeout")}, accounts, network.programs.jobs)


def delist_ix(
    *, job: Pubkey, market: Pubkey, payer: Pubkey, network: Network, authority: Pubkey | None = None
) -> Instruction:
    """Take a job that waits off the queue: the whole deposit and the rent go back to `payer`.

    Signer: `authority`, the job's project (default: `payer`).
    """
    return instructions.delist(
        {
            "job": job,
            "market": market,
            "deposit": pda.nos_account_address(payer, network=network),
            "payer": payer,
            "vault": pda.market_vault_address(market, network=network),
            "authority": authority or payer,
        },
        network.programs.jobs,
    )


def end_ix(
    *,
    job: Pubkey,
    run: Pubkey,
    market: Pubkey,
    job_payer: Pubkey,
    run_payer: Pubkey,
    node: Pubkey,
    authority: Pubkey,
    network: Network,
) -> Instruction:
    """End a running job now: the host is paid for the seconds it ran, the rest goes back to the job's payer.

    Signer: `authority`, the job's project. The NOS accounts of `job_payer` and `node` must exist. The rent of the run
    goes to `run_payer`.
    """
    return instructions.end(
        {
            "job": job,
            "market": market,
            "run": run,
            "deposit": pda.nos_account_address(job_payer, network=network),
            "user": pda.nos_account_address(node, network=network),
            "vault": pda.market_vault_address(market, network=network),
            "payer": run_payer,
            "authority": authority,
        },
        network.programs.jobs,
    )


def recover_ix(
    *,
    job: Pubkey,
    market: Pubkey,
    payer: Pubkey,
    network: Network,
    authority: Pubkey | None = None,
    user: Pubkey | None = None,
) -> Instruction:
    """Get the deposit of a job back whose host quit, and close the job; its rent goes to `payer`.

    Signer: `authority`, the job's project (default: `payer`). `user` receives the NOS (default: payer's NOS account).
    """
    return instructions.recover(
        {
            "job": job,
            "market": market,
            "vault": pda.market_vault_address(market, network=network),
            "user": user or pda.nos_account_address(payer, network=network),
            "payer": payer,
            "authority": authority or payer,
        },
        network.programs.jobs,
    )


def clean_ix(*, job: Pubkey, market: Pubkey, payer: Pubkey, network: Network) -> Instruction:
    """Close a finished job whose expiration has passed; its rent goes to `payer`, the job's payer. Anyone may call."""
    return instructions.clean({"job": job, "market": market, "payer": payer}, network.programs.jobs)


def clean_admin_ix(*, job: Pubkey, payer: Pubkey, authority: Pubkey, network: Network) -> Instruction:
    """Close any job **without refund of its deposit**. Signer: `authority`, the network's market admin."""
    return instructions.clean_admin({"job": job, "payer": payer, "authority": authority}, network.programs.jobs)


def _definition(definition_cid: str, timeout: int) -> instructions.ListArgs:
    return {"ipfs_job": list(cid.digest_of(definition_cid)), "timeout": i64(timeout, "timeout")}


def _deposit_accounts(market: Pubkey, payer: Pubkey, network: Network) -> _DepositAccounts:
    return {
        "user": pda.nos_account_address(payer, network=network),
        "vault": pda.market_vault_address(market, network=network),
    }


def _fee_accounts(network: Network) -> _FeeAccounts:
    """The program takes them whether or not its build has a network fee."""
    return {
        "rewards_reflection": pda.reflection_address(network=network),
        "rewards_vault": pda.rewards_vault_address(network=network),
        "rewards_program": network.programs.rewards,
    }
