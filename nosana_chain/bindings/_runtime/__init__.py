"""The few names that AnchorPy's generated code needs at run time, without AnchorPy.

AnchorPy generates the packages beside this one, but pins solana to an old release and imports pytest, so it
is not installed at run time.
"""

from nosana_chain.bindings._runtime import borsh
from nosana_chain.bindings._runtime.accounts import ACCOUNT_DISCRIMINATOR_SIZE, get_multiple_accounts
from nosana_chain.bindings._runtime.borsh import BorshPubkey
from nosana_chain.bindings._runtime.errors import (
    AccountInvalidDiscriminator,
    AccountWrongOwnerError,
    DecodeError,
    EncodeError,
)

__all__ = [
    "ACCOUNT_DISCRIMINATOR_SIZE",
    "AccountInvalidDiscriminator",
    "AccountWrongOwnerError",
    "BorshPubkey",
    "DecodeError",
    "EncodeError",
    "borsh",
    "get_multiple_accounts",
]
