"""AnchorPy's programs, made of their addresses alone: what they can be asked, and every account they find, as JSON.

Runs in AnchorPy's environment, with the code of idl/README.md to import as `how_to`. Arguments: the endpoint, and the
addresses of the programs.
"""

import asyncio
import json
import sys

from anchorpy import Program, Provider, Wallet
from life import fetch_everything
from solana.rpc.async_api import AsyncClient
from solders.pubkey import Pubkey


async def main(endpoint: str, *addresses: str) -> None:
    provider = Provider(AsyncClient(endpoint), Wallet.dummy())
    programs = [await Program.at(Pubkey.from_string(address), provider) for address in addresses]
    told = {str(program.program_id): [*program.instruction, *program.account] for program in programs}
    json.dump({"names": told, "accounts": await fetch_everything(tuple(programs))}, sys.stdout, default=str)
    await provider.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
