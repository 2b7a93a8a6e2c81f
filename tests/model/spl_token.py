"""The SPL Token program, as far as the Nosana programs see it."""

from dataclasses import dataclass, replace
from typing import Self

from solders.pubkey import Pubkey

from model.checked import U64_MAX
from model.errors import Failure

ACCOUNT_SIZE = 165
MINT_SIZE = 82
UNINITIALIZED, INITIALIZED, FROZEN = range(3)
ABSENT_KEY = bytes(36)  # COption<Pubkey>: a u32 tag, then the key
ABSENT_NATIVE = bytes(12)  # COption<u64>: a u32 tag, then the rent reserve
ACCOUNT_TAGS = (72, 109, 129)  # offsets of the tags of delegate, native, close authority
MINT_TAGS = (0, 46)  # offsets of the tags of mint authority, freeze authority
MINT_INITIALIZED = 45

INSUFFICIENT_FUNDS, MINT_MISMATCH, OWNER_MISMATCH = "Custom(1)", "Custom(3)", "Custom(4)"
NONZERO_BALANCE, OVERFLOW, ACCOUNT_FROZEN = "Custom(11)", "Custom(14)", "Custom(17)"
INVALID_DATA, UNINITIALIZED_ACCOUNT = "InvalidAccountData", "UninitializedAccount"


def _tag(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 4], "little")


@dataclass(frozen=True, slots=True)
class TokenAccount:
    """The fields of a token account, in their order."""

    mint: Pubkey
    owner: Pubkey
    amount: int = 0
    delegate: bytes = ABSENT_KEY
    state: int = INITIALIZED
    native: bytes = ABSENT_NATIVE
    delegated_amount: int = 0
    close_authority: bytes = ABSENT_KEY

    @classmethod
    def unpack(cls, data: bytes) -> Self:
        """Read a token account as the token program does."""
        if len(data) != ACCOUNT_SIZE or any(_tag(data, at) > 1 for at in ACCOUNT_TAGS) or data[108] > FROZEN:
            raise Failure(INVALID_DATA)
        if data[108] == UNINITIALIZED:
            raise Failure(UNINITIALIZED_ACCOUNT)
        return cls(
            Pubkey(data[:32]),
            Pubkey(data[32:64]),
            int.from_bytes(data[64:72], "little"),
            data[72:108],
            data[108],
            data[109:121],
            int.from_bytes(data[121:129], "little"),
            data[129:],
        )

    def pack(self) -> bytes:
        """Write it as the token program does."""
        amounts = self.amount.to_bytes(8, "little"), self.delegated_amount.to_bytes(8, "little")
        head = bytes(self.mint) + bytes(self.owner) + amounts[0] + self.delegate
        return head + bytes([self.state]) + self.native + amounts[1] + self.close_authority

    def may_be_closed_by(self, authority: Pubkey) -> bool:
        """Tell whether this authority may close the account."""
        closer = Pubkey(self.close_authority[4:]) if self.close_authority[0] else self.owner
        return closer == authority


def check_mint(data: bytes) -> None:
    """Refuse what is no initialized mint."""
    tags = any(_tag(data, at) > 1 for at in MINT_TAGS)
    if len(data) != MINT_SIZE or tags or data[MINT_INITIALIZED] > 1:
        raise Failure(INVALID_DATA)
    if not data[MINT_INITIALIZED]:
        raise Failure(UNINITIALIZED_ACCOUNT)


def mint_data(supply: int, decimals: int = 6) -> bytes:
    """A mint that nobody can mint or freeze, with its supply in base units."""
    return bytes(36) + supply.to_bytes(8, "little") + bytes([decimals, 1]) + bytes(36)


def transferred(
    source: TokenAccount, target: TokenAccount, authority: Pubkey, amount: int
) -> tuple[TokenAccount, TokenAccount]:
    """Both accounts after a transfer between two different ones, or the token program's refusal."""
    check_transfer(source, target, authority, amount)
    if target.amount + amount > U64_MAX:
        raise Failure(OVERFLOW)
    return _debited(source, authority, amount), replace(target, amount=target.amount + amount)


def check_transfer(source: TokenAccount, target: TokenAccount, authority: Pubkey, amount: int) -> None:
    """The checks of a transfer that come before anything moves, in their order."""
    if FROZEN in (source.state, target.state):
        raise Failure(ACCOUNT_FROZEN)
    if source.amount < amount:
        raise Failure(INSUFFICIENT_FUNDS)
    if source.mint != target.mint:
        raise Failure(MINT_MISMATCH)
    if _is_delegate(source, authority):
        if source.delegated_amount < amount:
            raise Failure(INSUFFICIENT_FUNDS)
    elif source.owner != authority:
        raise Failure(OWNER_MISMATCH)


def _is_delegate(source: TokenAccount, authority: Pubkey) -> bool:
    """A delegate acts as one, within its limit, even where it is the owner too."""
    return bool(source.delegate[0]) and source.delegate[4:] == bytes(authority)


def _debited(source: TokenAccount, authority: Pubkey, amount: int) -> TokenAccount:
    rest = replace(source, amount=source.amount - amount)
    if not _is_delegate(source, authority):
        return rest
    delegated = source.delegated_amount - amount
    return replace(rest, delegated_amount=delegated, delegate=_without_tag(rest.delegate, delegated))


def _without_tag(delegate: bytes, delegated_amount: int) -> bytes:
    """A delegate whose limit is used up is one no more, though its key stays behind the tag."""
    return delegate if delegated_amount else bytes(4) + delegate[4:]
