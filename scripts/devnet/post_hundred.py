"""Post a hundred jobs once, however often it is started: python post_hundred.py CID --market M --batch 2026-11.

They share transactions; each has a key of its own, so that what is there is not paid for again.
"""

import argparse
import asyncio
import sys

from nosana_chain import NosanaClient, NosanaError, PostedJob, format_nos, load_settings, nos, seconds

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("cid", help="CID of the job definition; pin it first")
parser.add_argument("--market", required=True)
parser.add_argument("--batch", required=True, help="what they are for, such as a month: another one is other jobs")
parser.add_argument("--count", type=int, default=100)
parser.add_argument("--timeout", type=seconds, default=600, help="longest time to run (default: 10m)")
parser.add_argument("--max-nos", type=nos, help="most NOS for each")
parser.add_argument("--network", default="devnet", help="devnet, localnet, or a name of your configuration")
parser.add_argument("--rpc-url", help="another endpoint of that network")


async def main() -> int:
    arguments = parser.parse_args()
    async with NosanaClient.from_settings(
        load_settings(network=arguments.network, rpc_url=arguments.rpc_url)
    ) as client:
        before = await client.fetch_nos_balance()
        actions = [
            client.jobs.post_job(
                arguments.market,
                definition_cid=arguments.cid,
                timeout=arguments.timeout,
                idempotency_key=f"{arguments.batch}/{number}",
                max_nos=arguments.max_nos,
            )
            for number in range(arguments.count)
        ]
        results = await client.send_all(actions, progress=show)
        paid = before - await client.fetch_nos_balance()
    posted = [one for one in results if isinstance(one, PostedJob)]
    new = sum(one.receipt is not None for one in posted)
    print(f"{len(posted)} jobs are there, {new} of them posted just now for {format_nos(paid)} NOS")
    for number, error in enumerate(results):
        if not isinstance(error, PostedJob):
            print(f"{arguments.batch}/{number}: {error} (may be asked again: {error.retry})", file=sys.stderr)
    return 0 if len(posted) == arguments.count else 1


def show(done: int, of: int) -> None:
    print(f"\r{done} of {of}", end="\n" if done == of else "", file=sys.stderr, flush=True)


try:
    sys.exit(asyncio.run(main()))
except NosanaError as error:
    raise SystemExit(f"error: {error}") from None
