"""Keep a service up until a time or an amount: python keep_service.py CID --market M --name my-api --max-nos 50.

Each job is extended in time, and a new one posted when it ends. Ended (Ctrl-C) and started again it goes on.
"""

import argparse
import asyncio
import time

from nosana_chain import NosanaClient, NosanaError, format_nos, load_settings, nos, seconds

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("cid", help="CID of the job definition; pin it first")
parser.add_argument("--market", required=True)
parser.add_argument("--name", required=True, help="of the service: another name is another service")
parser.add_argument("--max-nos", type=nos, required=True, help="most NOS that this run of the program may take")
parser.add_argument("--lasts", type=seconds, help="how long, such as 8h (default: as long as the amount does)")
parser.add_argument("--step", type=seconds, default=3600, help="what is paid for at a time (default: 1h)")
parser.add_argument("--network", default="devnet", help="devnet, localnet, or a name of your configuration")
parser.add_argument("--rpc-url", help="another endpoint of that network")


async def main() -> None:
    arguments = parser.parse_args()
    async with NosanaClient.from_settings(
        load_settings(network=arguments.network, rpc_url=arguments.rpc_url)
    ) as client:
        async for step in client.jobs.keep_job(
            arguments.market,
            definition_cid=arguments.cid,
            name=arguments.name,
            max_nos=arguments.max_nos,
            timeout=arguments.step,
            until=int(time.time()) + arguments.lasts if arguments.lasts else None,
        ):
            told = f"{step.kind:<10} job {step.job}, {step.timeout} s in all, {format_nos(step.taken)} NOS so far"
            print(f"{told}: {step.error}" if step.error else told, flush=True)


try:
    asyncio.run(main())
except NosanaError as error:
    raise SystemExit(f"error: {error}") from None
except KeyboardInterrupt:
    print("the job runs on; start this again to go on with it, or stop it: nosana-chain job stop JOB")
