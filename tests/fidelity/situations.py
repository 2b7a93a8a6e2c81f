"""What single damages do not bring about: several things about a call that show only together, by instruction."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from behaviour.call import Account
from model.addresses import METADATA_PROGRAM, NOS, TOKEN_PROGRAM, metadata_address
from model.jobs.metadata import LAST_STANDARD, LAST_USE_METHOD, Uses, pieces
from model.jobs.shared import EMPTY_QUEUE, JOBS_QUEUE, NODES_QUEUE
from model.layouts import Record
from model.spl_token import FROZEN, TokenAccount
from model.states import exempt, kind_of, program_account, record_of
from solders.pubkey import Pubkey

from fidelity.account_damage import read_only
from fidelity.beginning import COLLECTION, FOREIGN_MINT, access_traits
from fidelity.call_damage import set_clock
from fidelity.draft import Draft
from fidelity.token_damage import unpacked

Situation = Callable[[Draft], None]
QUEUE_TYPES = (JOBS_QUEUE, NODES_QUEUE, 2, 9, 254, EMPTY_QUEUE)
ENUM_LIMITS = {"standard": LAST_STANDARD, "use method": LAST_USE_METHOD, "kind": 4}
TELLING = (*ENUM_LIMITS, "creator verified", "has use method")  # damage that a hasty reader does not see
FULL_TRAITS: dict[str, Any] = {"creators": (FOREIGN_MINT,), "nonce": 254, "standard": 0, "uses": Uses()}
ENDS_OF_METADATA = (20, 60)  # bytes: `uses`, and the same with the collection and what is before it


def _place(draft: Draft, role: str) -> int | None:
    return next((at for at, (name, _) in enumerate(draft.accounts) if name == role), None)


def _address(draft: Draft, role: str) -> Pubkey | None:
    at = _place(draft, role)
    return None if at is None else draft.accounts[at][1].address


def _change_record(draft: Draft, role: str, kind: str, change: Callable[[Record], None]) -> None:
    """Change the Nosana account of a role, if it is of this kind."""
    address = _address(draft, role)
    account = draft.account(address) if address else Account()
    if address and kind_of(account) == kind:
        record = record_of(account)
        change(record)
        draft.damaged[address] = account._replace(data=record.encode().ljust(len(account.data), b"\0"))


def _change_token(draft: Draft, role: str, **fields: Any) -> None:
    """Change the token account of a role, or put one there."""
    address = _address(draft, role)
    if address:
        token = unpacked(draft.account(address)) or TokenAccount(NOS, draft.life.wallet())
        draft.damaged[address] = exempt(TOKEN_PROGRAM, replace(token, **fields).pack())


def nothing_due(draft: Draft) -> None:
    """A stake that was unstaked in this very second gives nothing out, whatever its accounts are like."""
    amount = draft.life.pick((1, 10**6, 10**12))

    def unstake_now(stake: Any) -> None:
        stake.time_unstake, stake.amount = draft.clock, amount
        stake.vault_bump = draft.life.pick((stake.vault_bump, stake.vault_bump, 0))

    _change_record(draft, "stake", "Stake", unstake_now)
    _change_token(draft, "vault", amount=amount)
    oddities: tuple[dict[str, Any], ...] = ({}, {"state": FROZEN}, {"mint": FOREIGN_MINT})
    _change_token(draft, "user", **draft.life.pick(oddities))


def settings_elsewhere(draft: Draft) -> None:
    """Settings as good as the real ones stand at another address."""
    at, authority, tokens = (_place(draft, role) for role in ("settings", "authority", "token_account"))
    if at is None or authority is None or tokens is None:
        return
    key, target = draft.accounts[authority][1].address, draft.accounts[tokens][1].address
    owner = draft.life.pick((key, key, draft.life.wallet()))
    address = draft.life.fresh()
    draft.put(at, address)
    draft.damaged[address] = program_account("Settings", authority=owner, token_account=target)
    if draft.life.chance(0.3):
        read_only(draft, at)


def waits_already(draft: Draft) -> None:
    """The host is in the market's queue, whatever that is said to hold."""
    host = _address(draft, "authority")

    def put_in_line(market: Any) -> None:
        others = [draft.life.fresh() for _ in range(draft.life.pick((0, 1, 5)))]
        market.queue = draft.life.random.sample([*others, host], len(others) + 1)
        market.queue_type = draft.life.pick(QUEUE_TYPES)

    if host:
        _change_record(draft, "market", "Market", put_in_line)


def shows_access_token(draft: Draft) -> None:
    """The market asks for a token that the host has, with metadata that is whole, or damaged anywhere up to its end."""
    at, host, mint = _place(draft, "metadata"), _address(draft, "authority"), draft.life.fresh()
    if at is None or host is None:
        return
    _change_record(draft, "market", "Market", lambda market: setattr(market, "node_access_key", COLLECTION))
    _change_token(draft, "nft", mint=mint, owner=host, amount=1)
    data = _some_metadata(draft, mint)
    draft.put(at, metadata_address(mint))
    draft.damaged[metadata_address(mint)] = exempt(METADATA_PROGRAM, data)


def _some_metadata(draft: Draft, mint: Pubkey) -> bytes:
    life = draft.life
    traits = FULL_TRAITS if life.chance(0.6) else access_traits(life.pick)
    parts = list(pieces(mint, COLLECTION, **traits))
    if life.chance(0.6):
        small = [index for index, (_, data) in enumerate(parts) if len(data) == 1]
        telling = [index for index in small if parts[index][0] in TELLING]
        index = life.pick(life.pick((small, telling, telling)))
        parts[index] = parts[index][0], bytes([_bad_value(draft, parts[index][0])])
    data = b"".join(data for _, data in parts)
    end = life.pick((len(data), len(data), len(data) - life.random.randrange(life.pick(ENDS_OF_METADATA))))
    return data[:end] + life.pick((b"", b"", bytes(300), life.random.randbytes(9))) * (end == len(data))


def _bad_value(draft: Draft, name: str) -> int:
    """Near the limit of an enumeration, or a number that no option and no flag has."""
    limit = ENUM_LIMITS.get(name, 1)
    value: int = draft.life.pick((0, limit, limit + 1, limit + 1, 7, 255))
    return value


def in_second_zero(draft: Draft) -> None:
    """The clock stands at 0, which for a time of unstaking means: never."""
    set_clock(draft, 0)


SITUATIONS: dict[tuple[str, str], tuple[Situation, ...]] = {
    ("nosana_staking", "withdraw"): (nothing_due,),
    ("nosana_staking", "slash"): (settings_elsewhere,),
    ("nosana_staking", "update_settings"): (settings_elsewhere,),
    ("nosana_staking", "unstake"): (in_second_zero,),
    ("nosana_jobs", "work"): (waits_already, shows_access_token, shows_access_token),
    ("nosana_jobs", "claim"): (shows_access_token,),
}
