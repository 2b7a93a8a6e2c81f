"""The JSON-RPC envelope: read once, together with the result in the type that the request asks for.

solders gives back an error whose code it doesn't know as if it were the answer, and panics on others, so no
error ever reaches it: `EnvelopeTransport` raises on them, and gives back results only.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec
from solders.hash import Hash, ParseHashError
from solders.pubkey import Pubkey

from nosana_chain.errors import RpcError, RpcResponseError
from nosana_chain.wire.limits import is_shallow
from nosana_chain.wire.refusals import (
    MIN_SLOT_NOT_REACHED,
    PREFLIGHT_FAILURE,
    SIGNATURE_VERIFICATION_FAILURE,
    ErrorObject,
    Origin,
    code_error,
    unreadable_kind,
)
from nosana_chain.wire.texts import EndpointText, Scrubber
from nosana_chain.wire.transport import Carrier, RpcRequest

__all__ = [
    "MIN_SLOT_NOT_REACHED",
    "PREFLIGHT_FAILURE",
    "SIGNATURE_VERIFICATION_FAILURE",
    "EnvelopeTransport",
    "unreadable",
]

Result = TypeVar("Result")
UNREADABLE = (
    msgspec.DecodeError,
    ValueError,
    RecursionError,
)  #: what msgspec raises; UnicodeDecodeError is a ValueError


class _Envelope(msgspec.Struct, Generic[Result]):
    result: Result | msgspec.UnsetType = msgspec.UNSET
    error: ErrorObject | None = None


class EnvelopeTransport:
    """Results out of answers, and the errors inside answers as exceptions.

    Args:
        inner: brings the answers.
        scrubber: takes the user's secrets out of the endpoint's words.
    """

    def __init__(self, inner: Carrier[bytes], *, scrubber: Scrubber | None = None) -> None:
        self._inner = inner
        self._scrubber = scrubber or Scrubber()
        self._decoders: dict[Any, msgspec.json.Decoder[Any]] = {}

    @property
    def endpoint(self) -> str:
        """Where requests go, with secrets removed."""
        return self._inner.endpoint

    async def send(self, request: RpcRequest) -> Any:
        """The result, of the type `request.answer`.

        Raises:
            RpcError: of the kind that fits the error's code, or the answer is of another form.
                Facts of the former: rpc_code, rpc_message, and data as the endpoint sent it, cleaned.
        """
        outcome = self._outcome(await self._inner.send(request), request)
        if isinstance(outcome, RpcError):  # here, where no frame of the traceback holds the answer: it may echo a token
            raise outcome
        return outcome

    async def aclose(self) -> None:
        """Close the transport inside."""
        await self._inner.aclose()

    def _outcome(self, answer: bytes, request: RpcRequest) -> Any | RpcError:
        envelope = self._decoded(answer, request)
        if envelope is None:
            return unreadable(request.method, self.endpoint)
        if envelope.error is not None:
            return code_error(envelope.error, request, Origin(self.endpoint, self._scrubber))
        if isinstance(envelope.result, msgspec.UnsetType):
            return unreadable(request.method, self.endpoint)
        return envelope.result

    def _decoded(self, answer: bytes, request: RpcRequest) -> _Envelope[Any] | None:
        """The envelope; None for what is none, or has a result of another form."""
        if not is_shallow(answer):
            return None
        try:
            envelope: _Envelope[Any] = self._decoder(request.answer).decode(answer)
        except UNREADABLE:
            pass
        else:
            return envelope
        try:  # an error may stand beside a result of any form
            envelope = self._decoder(msgspec.Raw).decode(answer)
        except UNREADABLE:
            return None
        return envelope if envelope.error else None

    def _decoder(self, answer: Any) -> msgspec.json.Decoder[Any]:
        known = self._decoders.get(answer)
        if known is None:
            known = msgspec.json.Decoder(_Envelope[answer], dec_hook=self._from_text)
            self._decoders[answer] = known
        return known

    def _from_text(self, kind: Any, text: Any) -> Any:
        """A type that JSON doesn't have, from its text."""
        if kind is EndpointText and isinstance(text, str):
            return self._scrubber.log(text)
        return from_base58(kind, text)


def from_base58(kind: type[Pubkey | Hash], text: Any) -> Any:
    """An address or a hash; ValueError for what is none. Both refuse long texts before they decode."""
    if not isinstance(text, str):
        raise ValueError(kind)  # noqa: TRY004  the reader takes a ValueError for an answer of another form
    try:
        return kind.from_string(text)
    except ParseHashError as error:
        raise ValueError(kind) from error


def unreadable(method: str, endpoint: str) -> RpcResponseError:
    """The error for an answer that is not of the form the method has; on a read the endpoint may do better."""
    return unreadable_kind(method)(
        f"{method}: {endpoint} sent no readable answer to this method; "
        "check that the URL is one of a Solana RPC endpoint, or use another one",
        endpoint=endpoint,
        method=method,
        rpc_code=None,
    )
