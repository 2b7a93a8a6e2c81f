"""A new key, on disk before its address is told."""

from __future__ import annotations

import os
from pathlib import Path

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from nosana_chain.errors import WalletError

_OWNER_ALONE = 0o600


def write_new_key(path: Path) -> Pubkey:
    """Make a key and write it to `path` in the Solana CLI's format; its address.

    Raises:
        WalletError: something is there already, or it can't be written. Nothing is overwritten, and nothing is left.
    """
    place = Path(os.path.expanduser(path))  # noqa: PTH111  Path.expanduser raises where there is no home
    keypair = Keypair()
    try:
        number = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ALONE)  # also where a link points nowhere
    except FileExistsError:
        raise WalletError(f"{str(place)!r} exists already; a key is never overwritten: name another file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise WalletError(f"can't create the key file {str(place)!r}: {reason}") from None
    try:
        with os.fdopen(number, "w") as file:
            file.write(keypair.to_json())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        place.unlink(missing_ok=True)
        raise WalletError(f"can't write the key file {str(place)!r}: {error.strerror}") from None
    return keypair.pubkey()
