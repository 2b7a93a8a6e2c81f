"""Instructions of hosts, who run jobs: work, stop, claim, complete, finish, quit."""

from __future__ import annotations

from typing import TypedDict

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from nosana_chain import cid, pda
from nosana_chain.addresses import as_address
from nosana_chain.bindings.jobs import instructions
from nosana_chain.networks import Network
from nosana_chain.programs.jobs.terms import AccessNft


class _AccessAccounts(TypedDict):
    stake: Pubkey
    nft: Pubkey
    metadata: Pubkey


def work_ix(
    *,
    run: Pubkey,
    market: Pubkey,
    authority: Pubkey,
    network: Network,
    payer: Pubkey | None = None,
    access: AccessNft | None = None,
) -> Instruction:
    """Offer a host to a market: take the first waiting job, or join the queue.

    Args:
        run: fresh key of the run account, used if a job waits; signs either way, since that can change at any time.
        market: where to work.
        authority: the host; signs. Its stake must weigh the market's minimum.
        network: the cluster.
        payer: pays the run's rent; signs. Default: `authority`.
        access: the NFT that an access-key market asks for. An open market ignores it, but the program still wants
            some token account there: the host's NOS account, which must exist.
    """
    return instructions.work(
        {
            "run": run,
            "market": market,
            "payer": payer or authority,
            **_access_accounts(authority, access, network),
            "authority": authority,
        },
        network.programs.jobs,
    )


def claim_ix(
    *,
    job: Pubkey,
    run: Pubkey,
    market: Pubkey,
    authority: Pubkey,
    network: Network,
    payer: Pubkey | None = None,
    access: AccessNft | None = None,
) -> Instruction:
    """Take over a job whose host quit. Signers and accounts as in `work_ix`; `run` is a fresh key."""
    return instructions.claim(
        {
            "job": job,
            "run": run,
            "market": market,
            **_access_accounts(authority, access, network),
            "payer": payer or authority,
            "authority": authority,
        },
        network.programs.jobs,
    )


def stop_ix(*, market: Pubkey, node: Pubkey, network: Network, authority: Pubkey | None = None) -> Instruction:
    """Take the host `node` off a market's queue. Signer: the host (default) or the market's authority."""
    accounts: instructions.StopAccounts = {"market": market, "node": node, "authority": authority or node}
    return instructions.stop(accounts, network.programs.jobs)


def complete_ix(*, job: Pubkey, authority: Pubkey, result_cid: str, network: Network) -> Instruction:
    """Add the result to a job that its builder ended. Signer: `authority`, the host that ran it.

    Raises:
        CidError: not a CIDv0.
    """
    return instructions.complete(_result(result_cid), {"job": job, "authority": authority}, network.programs.jobs)


def finish_ix(
    *,
    job: Pubkey,
    run: Pubkey,
    market: Pubkey,
    job_payer: Pubkey,
    run_payer: Pubkey,
    authority: Pubkey,
    result_cid: str,
    network: Network,
    user: Pubkey | None = None,
) -> Instruction:
    """Hand in a result: the host is paid for the seconds it ran, the rest goes back to the job's payer.

    Signer: `authority`, the host. `user` receives the pay (default: the host's NOS account); it and the NOS account of
    `job_payer` must exist. The rent of the run goes to `run_payer`.

    Raises:
        CidError: not a CIDv0.
    """
    return instructions.finish(
        _result(result_cid),
        {
            "job": job,
            "run": run,
            "market": market,
            "vault": pda.market_vault_address(market, network=network),
            "deposit": pda.nos_account_address(job_payer, network=network),
            "user": user or pda.nos_account_address(authority, network=network),
            "payer_run": run_payer,
            "payer_job": job_payer,
            "authority": authority,
        },
        network.programs.jobs,
    )


def quit_ix(*, job: Pubkey, run: Pubkey, run_payer: Pubkey, authority: Pubkey, network: Network) -> Instruction:
    """Give a running job up without pay; the run's rent goes to `run_payer`. Signer: `authority`, the host."""
    return instructions.quit(
        {"job": job, "run": run, "payer": run_payer, "authority": authority}, network.programs.jobs
    )


def quit_admin_ix(*, run: Pubkey, run_payer: Pubkey, authority: Pubkey, network: Network) -> Instruction:
    """Close any run; its job falls back to waiting, but in no queue. Signer: the network's market admin."""
    accounts: instructions.QuitAdminAccounts = {"run": run, "payer": run_payer, "authority": authority}
    return instructions.quit_admin(accounts, network.programs.jobs)


def _result(result_cid: str) -> instructions.FinishArgs:
    return {"ipfs_result": list(cid.result_digest_of(result_cid))}


def _access_accounts(authority: Pubkey, access: AccessNft | None, network: Network) -> _AccessAccounts:
    nft = access or AccessNft(account=pda.nos_account_address(authority, network=network), mint=network.nos_mint)
    return {
        "stake": pda.stake_address(authority, network=network),
        "nft": as_address(nft.account, "account"),
        "metadata": pda.metadata_address(nft.mint, network=network),
    }
