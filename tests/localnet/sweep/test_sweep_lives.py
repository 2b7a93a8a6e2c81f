"""After random lives nothing is left that could be got back, by a reading of all accounts that isn't the sweeper's."""

from __future__ import annotations

from collections import Counter

import pytest
from harness.in_process import InProcessChain
from left_behind import LeftBehind
from random_lives import Life, neighbours, newborn
from solders.pubkey import Pubkey
from stage import RESULT

from nosana_chain.client import NosanaClient
from nosana_chain.sweep import FindingKind, Sweep
from nosana_chain.units import DAY

LIVES, STEPS_EACH, TOGETHER = 200, 25, 100  # so many together meet every kind, though keys differ from run to run
#: What wallets of these lives meet with, in 25 of them, at least once each. The rest is in test_sweep_findings.
MET = {
    FindingKind.CLEAN_JOB,
    FindingKind.RECOVER_JOB,
    FindingKind.FINISH_JOB,
    FindingKind.END_JOB,
    FindingKind.WITHDRAW_STAKE,
    FindingKind.CLOSE_STAKE,
    FindingKind.CLAIM_POOL,
    FindingKind.CLOSE_TOKEN_ACCOUNT,
    FindingKind.LEAVE_REWARDS,
    FindingKind.WITHDRAW_NONCE,
    FindingKind.CLOSE_POOL,
    FindingKind.CLOSE_MARKET,
}


async def sweep_up(chain: InProcessChain, client: NosanaClient, me: Pubkey) -> Counter[FindingKind]:
    """Sweep up all that there is, whatever it may still be good for, and hold it against balances and accounts."""
    was_there = LeftBehind(chain, me).could_be_got_back()
    runs = await client.hosts.find_runs()
    before = await client.fetch_nos_balance(), await client.fetch_sol_balance()
    told = await Sweep(client, also=FindingKind, results={run.job: RESULT for run in runs}).run()
    gained = await client.fetch_nos_balance() - before[0], await client.fetch_sol_balance() - before[1]
    assert [str(error) for _, error in told.failed] == []
    assert gained == (told.nos, told.lamports - told.fees)
    assert (told.left.ready, told.left.on_request, told.left.unseen) == ((), (), ())
    assert LeftBehind(chain, me).could_be_got_back() == []
    assert bool(told.done) >= bool(was_there)
    return Counter(one.kind for one in told.done)


@pytest.mark.parametrize("first", range(0, LIVES, TOGETHER))
async def test_a_sweep_after_random_lives_leaves_nothing(first: int) -> None:
    kinds: Counter[FindingKind] = Counter()
    async with neighbours() as around:
        for seed in range(first, first + TOGETHER):
            await around.open_markets()
            wallet = newborn(seed, around.chain)
            async with around.chain.client(wallet) as client:
                await Life(seed, around, client, wallet.address).live(STEPS_EACH)
                for wait in (1, 100 * DAY):
                    around.chain.wait(wait)
                    kinds += await sweep_up(around.chain, client, wallet.address)
    assert set(kinds) >= MET
