"""Check a job, pin it, post it, wait for it, and show its result: python post_job.py my-job.json --market M.

The order makes it one job: started again with the same one, it goes on with the job that is there, and pays nothing.
"""

import argparse
import asyncio
from pathlib import Path

from nosana_chain import (
    Gateways,
    NosanaClient,
    NosanaError,
    check_job_definition,
    format_nos,
    load_settings,
    nos,
    pinning_from_environment,
    seconds,
)

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("definition", type=Path, help="JSON or YAML")
parser.add_argument("--market", required=True)
parser.add_argument("--order", help="what it is for, such as an order's number (default: the definition's CID)")
parser.add_argument("--timeout", type=seconds, default=3600, help="longest time to run, such as 2h30m (default: 1h)")
parser.add_argument("--max-nos", type=nos, help="most NOS that it may take (default: what it takes now)")
parser.add_argument("--within", type=seconds, default=86_400, help="how long to wait for it (default: a day)")
parser.add_argument("--network", default="devnet", help="devnet, localnet, or a name of your configuration")
parser.add_argument("--rpc-url", help="another endpoint of that network")


async def main() -> None:
    arguments = parser.parse_args()
    definition = check_job_definition(arguments.definition).require_valid()
    async with NosanaClient.from_settings(
        load_settings(network=arguments.network, rpc_url=arguments.rpc_url)
    ) as client:
        posted = await client.jobs.post_definition(
            arguments.market,
            definition=definition,
            pinning=pinning_from_environment(),
            timeout=arguments.timeout,
            idempotency_key=arguments.order or definition.cid,
            max_nos=arguments.max_nos,
        )
        print(f"job {posted.job}: {format_nos(posted.deposit)} NOS are locked, and what isn't used comes back")

        ended = await client.jobs.wait_for(posted.job, until="done", within=arguments.within)
        if not ended.is_as_awaited:
            raise SystemExit(f"there will be no result: the job was {ended.standing}")
        async with Gateways() as gateways:
            result = await client.jobs.fetch_result(posted.job, gateways=gateways)
        progress = await client.jobs.fetch_progress(posted.job)
        print(f"it cost {format_nos(progress.cost)} NOS; result {result.cid}, held to the CID on chain")
        if result.flow:
            print(result.flow.log_text())


try:
    asyncio.run(main())
except NosanaError as error:
    raise SystemExit(f"error: {error}") from None
