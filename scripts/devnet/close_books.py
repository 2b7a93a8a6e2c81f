"""Get back all that can be got back: deposits, rents, rewards, empty accounts: python close_books.py, then with --yes.

Without --yes it shows what there is, and sends nothing.
"""

import argparse

from nosana_chain import NosanaError, SyncClient, SyncSweep, load_settings

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--yes", action="store_true", help="do it")
parser.add_argument("--network", default="devnet", help="devnet, localnet, or a name of your configuration")
parser.add_argument("--rpc-url", help="another endpoint of that network")


def main() -> None:
    arguments = parser.parse_args()
    with SyncClient.from_settings(load_settings(network=arguments.network, rpc_url=arguments.rpc_url)) as client:
        sweep = SyncSweep(client)
        print(sweep.run() if arguments.yes else sweep.find())


try:
    main()
except NosanaError as error:
    raise SystemExit(f"error: {error}") from None
