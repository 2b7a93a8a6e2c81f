"""Contents that have to be on IPFS before a transaction names them: definitions of jobs, and results."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nosana_chain.errors import CidError, ConfigError, InputError

if TYPE_CHECKING:
    from collections.abc import Generator

    from nosana_chain.engine.action import Action
    from nosana_chain.ipfs.pinning import Kubo, Pinata
    from nosana_chain.models.explanation import Explanation
    from nosana_chain.models.quote import Quote

NOBODY_PINS = (
    "nothing pins {what}, so nobody could fetch it: set NOSANA_PINATA_JWT (or NOSANA_PINATA_JWT_FILE, NOSANA_KUBO_URL) "
    "to a service of your own, or add --no-pin if it is pinned already; nothing was sent"
)


class PinnedFirst:
    """An action before which a content is pinned. It is looked at like any other; nothing is pinned by that.

    Args:
        action: what names the content's CID.
        content: what is to be pinned.
        pinning: the service that keeps it.
    """

    def __init__(self, action: Action[Any], *, content: bytes, pinning: Pinata | Kubo) -> None:
        self._action = action
        self._content = content
        self._pinning = pinning
        self.name = action.name
        self.terms = action.terms

    @property
    def idempotency_key(self) -> str | None:
        """As of the action."""
        return self._action.idempotency_key

    async def quote(self) -> Quote:
        """What it takes."""
        return await self._action.quote()

    async def dry_run(self) -> Explanation:
        """What it would move."""
        return await self._action.dry_run()

    async def unsigned(self, *, nonce: Any = None) -> str:
        """The transaction, after the pinning: whoever signs it can't see whether that was done."""
        exported = await self._action.unsigned(nonce=nonce)  # before anything is pinned: it tells what can't be meant
        await self._pin()
        return exported

    def close(self) -> None:
        """Say that it will not be used."""
        self._action.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._do().__await__()

    async def _do(self) -> Any:
        try:
            await self._pin()
        except BaseException:
            self._action.close()
            raise
        return await self._action

    async def _pin(self) -> None:
        from nosana_chain.ipfs.pinning import pinned

        async with self._pinning:
            await pinned(self._content, self._pinning)


@dataclass(frozen=True, slots=True)
class Content:
    """What an action names.

    Attributes:
        cid: CIDv0.
        content: its bytes; None where it is known by its CID alone, and so is pinned already.
        name: what errors call it.
    """

    cid: str
    content: bytes | None = field(default=None, repr=False)
    name: str = "it"

    def require_pinning(self, *, no_pin: bool) -> Pinata | Kubo | None:
        """The service that the environment names; None where nothing is to be pinned.

        Args:
            no_pin: whether the user says that it is pinned already, or will be.

        Raises:
            ConfigError: the environment names none, or several, or what can't be used.
        """
        if self.content is None or no_pin:
            return None
        from nosana_chain.ipfs.pinning import pinning_from_environment  # it imports the HTTP library

        pinning = pinning_from_environment()
        if pinning is None:
            raise ConfigError(NOBODY_PINS.format(what=self.name))
        return pinning


def pinned_first(action: Action[Any], content: Content, pinning: Pinata | Kubo | None) -> Any:
    """The action, after its content is pinned."""
    if pinning is None or content.content is None:
        return action
    return PinnedFirst(action, content=content.content, pinning=pinning)


def definition_of(path: Path | None, cid: str | None, *, allow_invalid: bool = False) -> Content:
    """The definition that a command line names, held to the rules.

    Raises:
        UsageError: it names none, or two.
        JobFileError: the file can't be read.
        JobDefinitionError: Nosana's own validators would refuse it.
        CidError: not a CIDv0.
    """
    if (path is None) == (cid is None):
        raise click.UsageError("give either a FILE with the job's definition, or --cid of one that is pinned already")
    if path is None:
        return Content(_checked_cid(str(cid)))
    from nosana_chain.job_definition.check import check_job_definition
    from nosana_chain.job_definition.reading import read_job_definition

    found = read_job_definition(path) if allow_invalid else check_job_definition(path).require_valid()
    return Content(found.cid, found.content, f"{str(path)!r}")


def stub_for(content: Content) -> Content:
    """What is pinned for a confidential job, in place of its definition.

    Raises:
        UsageError: there is no file, so the definition is public already.
    """
    if content.content is None:
        raise click.UsageError("--confidential goes with a FILE: what --cid names is public already")
    from nosana_chain.job_definition.confidential import confidential_stub

    stub = confidential_stub()
    return Content(stub.cid, stub.content, "the stub of a confidential job")


def result_of(text: str) -> Content:
    """The result that a command line names: the path of a file, or a CID of one that is pinned already.

    Raises:
        InputError: it is neither.
    """
    path = Path(text)
    if not path.is_file():
        try:
            return Content(_checked_cid(text))
        except CidError:
            raise InputError(f"{text[:100]!r} is neither a file nor a CIDv0 (Qm and 44 letters more)") from None
    from nosana_chain.cid import cid_of
    from nosana_chain.ipfs.gateways import MAX_CONTENT_BYTES

    if path.stat().st_size > MAX_CONTENT_BYTES:
        raise InputError(f"{text!r} is larger than {MAX_CONTENT_BYTES} bytes, which nobody would fetch as a result")
    content = path.read_bytes()
    return Content(cid_of(content), content, f"{text!r}")


def _checked_cid(text: str) -> str:
    from nosana_chain.cid import digest_of

    digest_of(text)
    return text
