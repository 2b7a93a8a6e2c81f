"""Open a market and look at its queue, or change a market's price: python open_market.py 0.001.

The name makes it one market: started again with the same name and price it finds it.
"""

import argparse

from nosana_chain import MarketTerms, NosanaError, SyncClient, format_nos, load_settings, nos

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("price", type=nos, help="NOS a second, such as 0.001")
parser.add_argument("--name", default="my first market", help="what it is for (default: %(default)s)")
parser.add_argument("--least-stake", type=nos, default=0, help="NOS of weight that a host's stake needs (default: 0)")
parser.add_argument("--market", help="change the price of this one in place of opening one")
parser.add_argument("--network", default="devnet", help="devnet, localnet, or a name of your configuration")
parser.add_argument("--rpc-url", help="another endpoint of that network")


def main() -> None:
    arguments = parser.parse_args()
    terms = MarketTerms(job_price=arguments.price, node_xnos_minimum=arguments.least_stake)
    with SyncClient.from_settings(load_settings(network=arguments.network, rpc_url=arguments.rpc_url)) as client:
        if arguments.market:
            market = client.markets.fetch_market(arguments.market)
            print(f"it was {format_nos(market.job_price)} NOS a second")
            client.markets.update_market(market, job_price=terms.job_price)  # refused if it changed since it was read
        address = arguments.market or client.markets.open_market(terms, idempotency_key=arguments.name).market
        market = client.markets.fetch_market(address)
        print(f"market {address}: {format_nos(market.job_price)} NOS a second, {len(market.queue)} in its queue")


try:
    main()
except NosanaError as error:
    raise SystemExit(f"error: {error}") from None
