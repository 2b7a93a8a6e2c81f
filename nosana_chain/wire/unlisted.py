"""Whether an endpoint refuses to list the accounts of a program: many do, each in words of its own."""

from __future__ import annotations

from nosana_chain.errors import RpcError, RpcResponseError

METHOD = "getProgramAccounts"

#: -32010: the validator keeps no index of the program. -32601: no such method. The others are HTTP statuses, which
#: gateways also give as codes: forbidden, method not allowed, gone.
_CODES = frozenset({-32010, -32601, 403, 405, 410})

#: What gateways say of methods that they don't offer, or not to this customer, whatever code they give it.
_WORDS = (
    "blocked for getprogramaccounts",
    "excluded from account secondary indexes",
    "have been disabled",
    "is disabled",
    "is not available",
    "is not enabled",
    "method not found",
    "not allowed",
    "not supported",
    "paid plan",
    "plan limit",
    "unavailable for key",
    "upgrade your plan",
)


def refuses_to_list(error: RpcError) -> bool:
    """Whether this error of getProgramAccounts is the endpoint's way to say that it doesn't do that, now or later.

    A node that is behind or a rate that is used up is no refusal, and neither is an answer that can't be read.
    """
    if error.facts.get("method") != METHOD or not isinstance(error, RpcResponseError):
        return False
    if _CODES & {error.facts.get("rpc_code"), error.facts.get("http_status")}:
        return True
    words = str(error.facts.get("rpc_message") or "")[:1_000].lower()
    return any(phrase in words for phrase in _WORDS)
