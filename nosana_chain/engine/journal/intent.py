"""What somebody means to do, before anything is signed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from solders.pubkey import Pubkey

from nosana_chain.engine.journal.checks import canonical_json, checked_amount, checked_text
from nosana_chain.engine.keys import Seed
from nosana_chain.errors import InputError, TermsDifferError
from nosana_chain.one_line import one_line
from nosana_chain.units import Lamports, NosUnits

_NO_NOS, _NO_LAMPORTS = NosUnits(0), Lamports(0)
MAX_SCOPE = 64  # a genesis hash has 44 characters
MAX_VERB = 64
MAX_KEY = 255
MAX_ADDRESSES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """What is or may be taken from one wallet.

    Attributes:
        nos: NOS base units, from 0 to 2**63-1.
        lamports: fees and rent included, from 0 to 2**63-1.

    Raises:
        AmountError: a part is no integer of that range.
    """

    nos: NosUnits = _NO_NOS
    lamports: Lamports = _NO_LAMPORTS

    def __post_init__(self) -> None:
        checked_amount("nos", self.nos)
        checked_amount("lamports", self.lamports)

    def __add__(self, other: Amount) -> Amount:
        return Amount(nos=NosUnits(self.nos + other.nos), lamports=Lamports(self.lamports + other.lamports))

    def covers(self, other: Amount) -> bool:
        """Whether neither part of `other` is larger."""
        return other.nos <= self.nos and other.lamports <= self.lamports


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One action that is meant to happen at most once.

    Attributes:
        scope: the genesis hash of the cluster, as it was fetched.
        wallet: whose action it is: it owns the key.
        verb: the action, such as "post_job"; at most 64 characters.
        key: the idempotency key, of at most 255 printable characters; scope, wallet, verb and key name the entry.
        terms: what makes two uses of the key the same action. No floats; at most 16 KiB as JSON.
        bound: the most that the action may take from the payer.
        addresses: the accounts that it makes, by role ("job", "run").
        details: kept and given back, but not compared: a timeout that may be shorter, a quote, a label.
        random_key: whether nobody gave the key.
        held_seed: the seed of a throw-away account key that can't be derived; erased when the action is finalized.
        payer: who pays the bound: what is open and spent is counted by payer; default: the wallet.
        fee_payer: who pays the transaction's fee in the payer's place; None for the payer.
        fee_lamports: the most that it takes from the fee payer, where that is another.
        id: the name of its entry: SHA-256 of scope, wallet, verb and key, in hex.
        terms_json: the canonical JSON of the terms.
        details_json: of the details.

    Raises:
        InputError: a part is too long, or of another type.
    """

    scope: str
    wallet: Pubkey
    verb: str
    key: str
    terms: Mapping[str, Any]
    bound: Amount
    addresses: Mapping[str, Pubkey] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    random_key: bool = False
    held_seed: Seed | None = None
    payer: Pubkey = None  # type: ignore[assignment]  # never None once it is made
    fee_payer: Pubkey | None = None
    fee_lamports: Lamports = _NO_LAMPORTS
    id: str = field(init=False, repr=False, compare=False)
    terms_json: str = field(init=False, repr=False, compare=False)
    details_json: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        checked_text("scope", self.scope, most=MAX_SCOPE)
        checked_text("verb", self.verb, most=MAX_VERB)
        checked_text("key", self.key, most=MAX_KEY)
        checked_amount("fee_lamports", self.fee_lamports)
        if len(self.addresses) > MAX_ADDRESSES:
            raise InputError(f"{len(self.addresses)} addresses; at most {MAX_ADDRESSES} can be kept")
        if self.payer is None:
            object.__setattr__(self, "payer", self.wallet)
        # once: each is asked for many times on the way into the journal
        object.__setattr__(self, "terms_json", canonical_json("terms", self.terms))
        object.__setattr__(self, "details_json", canonical_json("details", self.details))
        name = entry_id(scope=self.scope, wallet=self.wallet, verb=self.verb, key=self.key)
        object.__setattr__(self, "id", name)

    @property
    def terms_hash(self) -> str:
        """SHA-256 of the canonical JSON of the terms, in hex."""
        return hashlib.sha256(self.terms_json.encode()).hexdigest()


def entry_id(*, scope: str, wallet: Pubkey, verb: str, key: str) -> str:
    """The name of the entry that these four have, on every machine: SHA-256 in hex."""
    return hashlib.sha256(json.dumps([scope, str(wallet), verb, key]).encode()).hexdigest()


def terms_differ(intent: Intent, recorded_json: str) -> TermsDifferError:
    """The error that shows the terms which differ from those in the journal, on both sides."""
    recorded, asked = json.loads(recorded_json), json.loads(intent.terms_json)
    names = sorted(name for name in {*recorded, *asked} if recorded.get(name, ...) != asked.get(name, ...))
    there = {name: recorded[name] for name in names if name in recorded}
    wanted = {name: asked[name] for name in names if name in asked}
    return TermsDifferError(
        f"the key {intent.key!r} of {intent.verb} stands for {str(there)[:500]}, not for {str(wanted)[:500]}: "
        "use another key for another action; nothing was signed",
        verb=intent.verb,
        key=intent.key,
        recorded=there,
        asked=wanted,
    )
