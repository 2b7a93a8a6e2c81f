"""AnchorPy decodes accounts, as its `program.account[...]` does it, and tells the CPU time that it takes.

Runs in AnchorPy's environment. Argument: the folder of the IDLs. Each line of JSON on standard input is answered as
tests/answering.mjs does it: {ask: "decode", program, accounts, rounds}, with the accounts in hexadecimal.
"""

import json
import sys
import time
from pathlib import Path

from anchorpy import Idl
from anchorpy.coder.accounts import AccountsCoder

IDL = {"jobs": "nosana_jobs", "staking": "nosana_staking"}


def decode(coder: AccountsCoder, accounts: list[bytes], rounds: int) -> float:
    """Seconds of CPU that so many rounds over these accounts take."""
    begun = time.process_time()
    for _ in range(rounds):
        for data in accounts:
            coder.decode(data)
    return time.process_time() - begun


def main(folder: str) -> None:
    coders = {
        program: AccountsCoder(Idl.from_json(Path(folder, f"{name}.json").read_text())) for program, name in IDL.items()
    }
    for line in sys.stdin:
        asked = json.loads(line)
        accounts = [bytes.fromhex(text) for text in asked["accounts"]]
        seconds = decode(coders[asked["program"]], accounts, asked["rounds"])
        sys.stdout.write(json.dumps({"answer": seconds}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
