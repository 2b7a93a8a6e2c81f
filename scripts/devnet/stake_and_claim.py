"""Stake NOS, enter the rewards pool, and claim what has come: python stake_and_claim.py 100 --days 14.

Started again it tops nothing up: it shows the stake that is there, and claims what is pending.
"""

import argparse

from nosana_chain import NosanaError, NotFoundError, SyncClient, format_nos, load_settings, nos
from nosana_chain.units import DAY

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("amount", type=nos, help="NOS, such as 12.5")
parser.add_argument("--days", type=int, default=14, help="14 to 365: the longer, the heavier (default: %(default)s)")
parser.add_argument("--network", default="devnet", help="devnet, localnet, or a name of your configuration")
parser.add_argument("--rpc-url", help="another endpoint of that network")


def main() -> None:
    arguments = parser.parse_args()
    with SyncClient.from_settings(load_settings(network=arguments.network, rpc_url=arguments.rpc_url)) as client:
        try:
            stake = client.stakes.fetch_stake()
        except NotFoundError:
            print(f"staking {format_nos(arguments.amount)} NOS of {format_nos(client.fetch_nos_balance())}")
            client.stakes.stake(arguments.amount, duration=arguments.days * DAY)
            stake = client.stakes.fetch_stake()
        print(f"staked: {format_nos(stake.amount)} NOS for {stake.duration // DAY} days")

        try:
            pending = client.rewards.fetch_pending()
        except NotFoundError:
            client.rewards.enter_pool()
            print("entered the rewards pool: from now on fees are shared with this stake")
        else:
            print(f"pending: {format_nos(pending)} NOS")
            if pending:
                claimed = client.rewards.claim_rewards()
                print(f"claimed {format_nos(claimed.amount)} NOS in {claimed.receipt.signature}")


try:
    main()
except NosanaError as error:
    raise SystemExit(f"error: {error}") from None
