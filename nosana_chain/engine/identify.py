"""What an action is called in the journal, and on which key its account stands."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from solders.pubkey import Pubkey

from nosana_chain.engine.engine import Engine
from nosana_chain.engine.history import LONG_ENOUGH_SECONDS, fetch_horizon, find_making
from nosana_chain.engine.keys import Seed, random_key
from nosana_chain.engine.once import Identity, done_before
from nosana_chain.errors import ConfigError, HistoryTooShortError, Retry, RpcError

_LOG = logging.getLogger(__name__)


async def identify(
    engine: Engine,
    *,
    verb: str,
    key: str | None,
    terms: Mapping[str, Any],
    makes_account: bool,
    number: int = 0,
    payer: Pubkey | None = None,
) -> Identity:
    """The identity of an action. Network: 1 call, the first time, where there is a journal or a key.

    Args:
        engine: the cluster, the wallet, the journal.
        verb: what is done.
        key: the caller's idempotency key; None for a random one.
        terms: what was asked for.
        makes_account: whether the action makes an account, whose key follows from the idempotency key.
        number: which of the action's transactions it is, from 0.
        payer: who pays, if it isn't the wallet.

    Raises:
        RpcError: the endpoint doesn't tell its genesis hash.
        ConfigError: a key was given, and neither can the wallet derive keys nor is there a journal to hold them.
    """
    # without the true genesis hash a key would be new, and its job paid again
    scope = await engine.reads.genesis_hash() if engine.journal is not None or key is not None else ""
    name = key if key is not None else random_key()
    seed = derived = None
    if makes_account and not number:
        derived = await _derived(engine, scope, verb, key)
        seed = derived or Seed.random()
    return Identity(
        scope=scope,
        verb=verb,
        key=f"{name}#{number}" if number else name,
        terms=terms,
        is_random=key is None,
        seed=seed,
        is_held=seed is not None and derived is None,
        payer=payer,
    )


async def _derived(engine: Engine, scope: str, verb: str, key: str | None) -> Seed | None:
    if key is None:
        return None
    seed = await engine.keyring.seed(
        engine.signer, genesis_hash=scope, verb=verb, key=key, within=engine.signing_seconds
    )
    if seed is None and engine.journal is None:
        raise ConfigError(
            "an idempotency key needs a wallet that signs the same message the same way twice, or a journal that keeps "
            "the key of the account; this client has neither"
        )
    return seed


async def require_never_made(engine: Engine, account: Pubkey, identity: Identity, *, strict: bool) -> None:
    """Make sure that a key which no journal knows was not used before, as far as the endpoint's history goes.

    Network: 1 call for a key that is new, and 2 more the first time.

    Raises:
        AlreadyDoneError: it was: the account was made. Whether it is gone again, or came just now, a second look at it
            tells.
        HistoryTooShortError: `strict`, and the endpoint's history is shorter than 30 days or nobody can tell; or it
            names a transaction of the account that it doesn't show.
        RpcError: the endpoint fails for now; asked again, it may tell.
    """
    try:
        making = await find_making(engine.connection, account)
    except RpcError as error:
        if not _is_denied(error):
            raise
        _too_short(None, identity, strict=strict, cause=error)
        return
    if making.signature is not None:
        engine.connection.saw(making.slot)  # what is there is to be looked at as of then, or later
        raise done_before(identity, signature=making.signature, addresses={"account": str(account)})
    if making.unread is not None:
        raise _hidden(identity, account, making.unread)
    horizon = await engine.horizon(lambda: fetch_horizon(engine.connection, now=engine.wall_clock()))
    if horizon is None or horizon < LONG_ENOUGH_SECONDS:
        _too_short(horizon, identity, strict=strict, cause=None)


def _is_denied(error: RpcError) -> bool:
    """Whether an endpoint says that it has no history to tell: a moment's silence, or garbage, says nothing."""
    answered = error.facts.get("rpc_code") or error.facts.get("http_status")
    return answered is not None and error.retry is not Retry.SAME


def _hidden(identity: Identity, account: Pubkey, signature: str) -> HistoryTooShortError:
    return HistoryTooShortError(
        f"the endpoint knows a successful transaction {signature} with {account}, the account of the key "
        f"{identity.key!r}, and doesn't show it: it may have been made before. Nothing was sent: use an endpoint with "
        "more history",
        horizon_seconds=None,
        signature=signature,
        account=str(account),
    )


def _too_short(horizon: int | None, identity: Identity, *, strict: bool, cause: RpcError | None) -> None:
    reach = "doesn't say how far back it goes" if horizon is None else f"goes back {horizon} s"
    told = (
        f"no journal here knows the key {identity.key!r}, and the endpoint's history {reach}: a use of the key on "
        "another machine, longer ago, can't be seen"
    )
    if strict:
        raise HistoryTooShortError(
            f"{told}; nothing was sent: use an endpoint with more history, or a key that is new for sure",
            horizon_seconds=horizon,
        ) from cause
    _LOG.warning("%s", told)
