"""Asking for signatures: keys of this process at once, signers elsewhere as they answer, and verified.

Nothing has left when a signer fails, takes too long, or answers with something that is not its signature.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable

from solders.message import to_bytes_versioned
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from nosana_chain.engine.build import check_needed, check_signers, check_size, with_signatures
from nosana_chain.engine.sharing import all_of
from nosana_chain.errors import NosanaError, SignerError
from nosana_chain.reading.message_accounts import AnyMessage
from nosana_chain.wallet import Signer, Wallet

#: How long a signer may take, in seconds: a blockhash lives for about 60.
SIGNING_SECONDS = 45.0


async def sign_by_all(
    message: AnyMessage, *, signers: Iterable[Signer], within: float = SIGNING_SECONDS
) -> VersionedTransaction:
    """`message` with the signature of each of its signers. One who is given twice signs once.

    Args:
        message: what is signed.
        signers: exactly those that it needs.
        within: seconds that a remote signer may take.

    Raises:
        InputError: a signer is missing, one isn't needed, or the transaction is larger than 1,232 bytes.
        SignerError: a signer failed, was too slow, or gave something that is not its signature.
    """
    by_address = {signer.address: signer for signer in signers}
    check_size(message)
    check_signers(message, by_address)
    return with_signatures(message, await _signatures(message, by_address.values(), within))


async def sign_by_some(
    message: AnyMessage, *, signers: Iterable[Signer], within: float = SIGNING_SECONDS
) -> VersionedTransaction:
    """`message` with the signatures of `signers`, and empty ones in the places of all others.

    Raises:
        InputError: a signer isn't needed.
        SignerError: as in `sign_by_all`.
    """
    by_address = {signer.address: signer for signer in signers}
    check_needed(message, by_address)
    return with_signatures(message, await _signatures(message, by_address.values(), within))


async def ask(signer: Signer, content: bytes, *, within: float = SIGNING_SECONDS) -> Signature:
    """The answer of one signer, whatever it is worth.

    Raises:
        SignerError: it failed, or was too slow; `__cause__` is its own error.
    """
    try:
        answer = signer.sign(content)
        return answer if isinstance(answer, Signature) else await _answer(answer, within)
    except NosanaError:
        raise
    except TimeoutError as error:
        raise _failed(signer, f"did not answer within {within:g} s") from error
    except Exception as error:  # whatever a signer's own library raises
        raise _failed(signer, f"failed ({type(error).__name__})") from error


async def _answer(answer: Awaitable[Signature], within: float) -> Signature:
    async with asyncio.timeout(within):
        signature = await answer
    if not isinstance(signature, Signature):
        raise TypeError(f"a signer answers with a Signature, not with {type(signature).__name__}")
    return signature


async def _signatures(message: AnyMessage, signers: Iterable[Signer], within: float) -> dict[Pubkey, Signature]:
    content = to_bytes_versioned(message)
    asked = list(signers)
    here = [signer for signer in asked if type(signer) is Wallet]  # a subclass may sign in its own way
    elsewhere = [signer for signer in asked if type(signer) is not Wallet]
    answers = await all_of(*(ask(signer, content, within=within) for signer in elsewhere)) if elsewhere else []
    signatures = {signer.address: signer.sign(content) for signer in here}
    for signer, signature in zip(elsewhere, answers, strict=True):
        if not signature.verify(signer.address, content):
            raise _failed(signer, "gave something that is not its signature of this transaction")
        signatures[signer.address] = signature
    return signatures


def _failed(signer: Signer, what: str) -> SignerError:
    return SignerError(f"the signer {signer.address} {what}; nothing was sent", address=str(signer.address))
