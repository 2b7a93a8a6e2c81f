"""Queue in a market, take the next job, run nothing, and hand in a result: python be_host.py MARKET result.json.

A real host runs the job's containers between taking and finishing; this one shows what happens on chain.
"""

import argparse
import asyncio
from pathlib import Path

from nosana_chain import (
    AlreadyExistsError,
    NosanaError,
    SyncClient,
    format_nos,
    load_settings,
    pinned,
    pinning_from_environment,
)
from nosana_chain.cid import cid_of

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("market")
parser.add_argument("result", type=Path, help="what to hand in; pinned first, where NOSANA_KUBO_URL or a JWT is set")
parser.add_argument("--network", default="devnet", help="devnet, localnet, or a name of your configuration")
parser.add_argument("--rpc-url", help="another endpoint of that network")


def main() -> None:
    arguments = parser.parse_args()
    content = arguments.result.read_bytes()
    with SyncClient.from_settings(load_settings(network=arguments.network, rpc_url=arguments.rpc_url)) as client:
        if not client.hosts.find_runs():
            with client.hosts.watch_host() as happening:
                try:
                    joined = client.hosts.join_queue(arguments.market)
                except AlreadyExistsError:
                    print("this host waits there already")
                else:
                    print("got a job at once" if joined.run else "waiting for a job")
                while not client.hosts.find_runs():  # what happened tells when to look
                    happening.wait(within=60)
        [run, *_] = client.hosts.find_runs()
        print(f"job {run.job}, since {run.time}")

        if pinning := pinning_from_environment():
            asyncio.run(pinned(content, pinning))
        finished = client.hosts.finish_job(run.job, result_cid=cid_of(content))
        print(f"paid {format_nos(finished.paid)} NOS in {finished.receipt.signature}")
        print(f"earned so far: {format_nos(client.hosts.fetch_earnings().paid)} NOS")


try:
    main()
except NosanaError as error:
    raise SystemExit(f"error: {error}") from None
