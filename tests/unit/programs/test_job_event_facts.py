"""What events tell of who and where is what the program has compared with the job."""

import pytest
from harness.postings import MARKET, PAYER, key, sent
from solders.pubkey import Pubkey

from nosana_chain.networks import LOCALNET
from nosana_chain.programs.jobs.events import JobEventKind, job_events
from nosana_chain.programs.jobs.instructions import clean_ix

ANY_MARKET = Pubkey(b"x" * 32)


@pytest.mark.parametrize("market", [MARKET, ANY_MARKET])
def test_the_market_that_somebody_passes_to_clean_is_not_taken_for_the_jobs(market: Pubkey) -> None:
    landed = sent(clean_ix(job=key("job", 1), market=market, payer=PAYER, network=LOCALNET))
    [event] = job_events(landed, network=LOCALNET)
    assert (event.kind, event.address, event.payer) == (JobEventKind.CLEANED, key("job", 1), PAYER)
    assert event.market is None
