"""Transactions as such: sending instructions of the caller's own making, and explaining any transaction."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from hashlib import sha256

from solders.instruction import Instruction
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from nosana_chain.engine.action import Action
from nosana_chain.engine.exported import combined, missing_from, read_exported, signatures_in, text_of
from nosana_chain.engine.nonces import nonce_of
from nosana_chain.engine.plan import Plan, Planning, receipt_of
from nosana_chain.engine.relay import Relay
from nosana_chain.engine.signing import sign_by_some
from nosana_chain.errors import InputError, NotFoundError
from nosana_chain.models.event import ChainEvent
from nosana_chain.models.explanation import Explanation
from nosana_chain.models.landed_transaction import LandedTransaction
from nosana_chain.models.receipt import Receipt
from nosana_chain.models.review import Review
from nosana_chain.networks import Network
from nosana_chain.programs.acting import Actions
from nosana_chain.programs.event_families import all_events
from nosana_chain.reading.explain_transaction import explain_transaction, fits, parse_transaction, signature_of
from nosana_chain.wallet import Signer
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transactions import fetch_transaction, unreadable_transaction


class Transactions(Actions):
    """Sending what the caller built or others signed with the care of every action, and reading what anybody sent."""

    def send(
        self,
        instructions: Sequence[Instruction],
        *,
        signers: Sequence[Signer] = (),
        idempotency_key: str | None = None,
    ) -> Action[Receipt]:
        """Simulate, sign, send and confirm one transaction; the wallet pays and signs, and so do `signers`.

        What it moves is the caller's business: it is not held against anything. `quote` and `dry_run` tell it.

        Args:
            instructions: at least one.
            signers: who must sign them beside the wallet.
            idempotency_key: what it is for, such as an order's id. The same key again sends nothing: the journal tells.

        Network: 1 transaction. Safe to retry: the same action, and the same key, yes: its instructions are carried out
        once however often it is asked for. Another call without a key, as far as they are.

        Raises:
            InputError: there are no instructions, or they don't fit a transaction.
            TransactionFailedError: refused; `signature` is None when the simulation caught it and nothing was sent.
            BlockhashExpiredError: not on chain, and can't land any more.
            OutcomeUnknownError: may still land; look at `signature` before anything else.
            AlreadyDoneError: it was done under this key before; the error has the transaction's `signature`.
            TermsDifferError: the key stands for other instructions.
            ConfigError: a key without a journal, which would have to know it.
        """
        engine, payer = self._engine, self._engine.fee_signer.address
        plan = Plan(instructions=_some(instructions), cosigners=tuple(signers), checked=False, result=receipt_of)
        return Action(
            engine,
            lambda: _planned(plan),
            name="send",
            terms={"payer": payer, "instructions_sha256": _fingerprint(plan.instructions)},
            details={"instructions": len(plan.instructions)},
            idempotency_key=idempotency_key,
        )

    def review(self, text: str) -> Review:
        """What an exported transaction says, who has signed it and who is missing; `print` it before signing.

        Args:
            text: base64, as `unsigned`, `sign` and `combine` give it.

        Network: none.

        Raises:
            InputError: it is no transaction, or a signature in it is wrong.
        """
        transaction = read_exported(text)
        message = transaction.message
        return Review(
            explanation=explain_transaction(transaction, network=self._engine.network),
            fee_payer=message.account_keys[0],
            signed=tuple(signatures_in(transaction)),
            missing=missing_from(transaction),
            nonce=nonce_of(message),
            blockhash=str(message.recent_blockhash),
        )

    async def sign(self, text: str, *, signer: Signer | None = None) -> str:
        """An exported transaction with one more signature: of `signer`, default the wallet. Nothing is sent.

        Look at it with `review` first. Network: none. Safe to retry: yes, one who has signed signs nothing more.

        Raises:
            InputError: it is no transaction, a signature in it is wrong, or `signer` has nothing to sign there.
            SignerError: the signer failed, was too slow, or gave something that is not its signature.
        """
        engine, who = self._engine, signer or self._engine.signer
        transaction = read_exported(text)
        if who.address in signatures_in(transaction):
            return text_of(transaction)
        signed = await sign_by_some(transaction.message, signers=[who], within=engine.signing_seconds)
        return text_of(combined([transaction, signed]))

    def combine(self, *texts: str) -> str:
        """One text with the signatures of all: for people who signed copies of one transaction. Network: none.

        Raises:
            InputError: there is none, they are different transactions, or a signature is wrong.
        """
        return text_of(combined([read_exported(text) for text in texts]))

    async def send_signed(self, text: str) -> Receipt:
        """Send a transaction that everybody has signed, and wait until it has landed, as every action does.

        It is tried and written down first; the journal's key for it is its signature, and the budget of the client's
        wallet counts what it takes from that.

        Network: 6 calls or more. Safe to retry: yes, the same text lands at most once.

        Raises:
            InputError: a signature is missing or wrong, its blockhash or nonce is no longer good here, or it is
                another network's; nothing was sent.
            TransactionFailedError: refused; `signature` is None when the simulation caught it and nothing was sent.
            BlockhashExpiredError: not on chain, and can't land any more.
            OutcomeUnknownError: may still land; look at `signature` before anything else.
        """
        return await Relay(self._engine, read_exported(text)).run()

    async def explain(self, signature_or_bytes: Signature | VersionedTransaction | bytes | str) -> Explanation:
        """What a transaction says and did: instructions with arguments and accounts by role, and amounts moved.

        Nosana's programs and those that stand beside them are read; of any other, accounts and the data's length.

        Args:
            signature_or_bytes: a signature, also as base58 text; or a transaction, also as its bytes or as base64
                text. A signed transaction is looked up on the cluster too.

        Returns:
            The explanation; `print` it, or take `as_json()`. Of a transaction that is not on chain it has no
            slot, fee and movements, and addresses out of lookup tables stay unresolved.

        Network: 1 call; none for a transaction without signature.

        Raises:
            InputError: neither a signature nor a transaction.
            NotFoundError: no transaction of that signature on this cluster.
            RpcError: the endpoint didn't answer as it should.
        """
        asked = _read(signature_or_bytes)
        transaction = asked if isinstance(asked, VersionedTransaction) else None
        signature = signature_of(asked) if isinstance(asked, VersionedTransaction) else asked
        connection = self._engine.connection
        landed = None if signature is None else await fetch_transaction(connection, signature)
        if landed:
            return _explain_landed(landed, connection)
        if transaction:
            return explain_transaction(transaction, network=connection.network)
        raise _not_found(signature, connection.network)

    async def fetch_events(self, signature: Signature | str) -> dict[str, tuple[ChainEvent, ...]]:
        """What a transaction did: to jobs, markets, hosts, stakes, pools, nodes and in the rewards pool, in order.

        Args:
            signature: of the transaction, also as base58 text.

        Returns:
            The events by what they are about; empty for one that failed, or did nothing of Nosana's. `old` and `new`
            are None: one transaction alone doesn't tell what was before.

        Network: 1 call.

        Raises:
            InputError: it is no signature.
            NotFoundError: no transaction of that signature on this cluster.
            RpcError: the endpoint doesn't tell, or leaves out what its instructions called.
        """
        asked = _read(signature)
        if not isinstance(asked, Signature):
            raise InputError(
                "events are those of a transaction on chain; give its signature", text=str(signature)[:100]
            )
        connection = self._engine.connection
        landed = await fetch_transaction(connection, asked)
        if landed is None:
            raise _not_found(asked, connection.network)
        try:
            return all_events(landed, network=connection.network)
        except InputError as error:
            raise unreadable_transaction(connection) from error


def _planned(plan: Plan[Receipt]) -> Planning[Receipt]:
    """The planning of what was decided before: it looks at nothing."""
    yield from ()
    return plan


def _some(instructions: Sequence[Instruction]) -> tuple[Instruction, ...]:
    if not instructions:
        raise InputError("a transaction without instructions does nothing; pass at least one")
    return tuple(instructions)


def _fingerprint(instructions: Sequence[Instruction]) -> str:
    """What tells one list of instructions from another: programs, accounts in order, data."""
    return sha256(b"".join(len(raw).to_bytes(4, "little") + raw for raw in map(bytes, instructions))).hexdigest()


def _explain_landed(landed: LandedTransaction, connection: Connection) -> Explanation:
    try:
        transaction = parse_transaction(landed.raw)
    except InputError as error:
        raise unreadable_transaction(connection) from error
    if not fits(landed, transaction):
        raise unreadable_transaction(connection)
    return explain_transaction(transaction, network=connection.network, landed=landed)


def _read(signature_or_bytes: Signature | VersionedTransaction | bytes | str) -> Signature | VersionedTransaction:
    match signature_or_bytes:
        case str():
            return _read_text(signature_or_bytes.strip())
        case bytes():
            return parse_transaction(signature_or_bytes)
        case VersionedTransaction():
            return parse_transaction(bytes(signature_or_bytes))
    return signature_or_bytes


def _read_text(text: str) -> Signature | VersionedTransaction:
    try:
        return Signature.from_string(text)
    except ValueError:  # too long for one, or of other letters
        pass
    try:
        return parse_transaction(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, InputError) as error:
        raise InputError(
            f"{text[:100]!r} is neither a signature (base58) nor a transaction (base64); copy all of it", text=text
        ) from error


def _not_found(signature: Signature | None, network: Network) -> NotFoundError:
    return NotFoundError(
        f"no transaction {signature} on {network.name}: check the signature and the network; a new one takes a second "
        "to be confirmed, and an old one is only known to an endpoint that keeps all history",
        address=str(signature),
        kind="transaction",
    )
