"""Who may work in a market: enough stake and, where the market has an access key, a token of its collection."""

from solders.pubkey import Pubkey

from model.addresses import metadata_address, stake_address
from model.anchor import TOKEN, UNTYPED, Check, Context, Field, has_one
from model.jobs.shared import is_open_market
from model.layouts import Reader, UndecodableError

KEYS_SIZE = 65  # Metaplex metadata: its kind (1), update authority (32), mint (32)
CREATOR_SIZE = 34  # address (32), verified (1), share (1)
BASIS_POINTS_SIZE = 2


def _with_key(holds: Check) -> Check:
    test, error = holds
    return (lambda context: is_open_market(context) or test(context)), error


def _is_stake_address(context: Context) -> bool:
    return context.keys["stake"] == stake_address(context.keys["authority"])


def _is_in_collection(context: Context) -> bool:
    if context.keys["metadata"] != metadata_address(context.nft.mint):
        return False
    try:
        collection = verified_collection(context.cell("metadata").data)
    except UndecodableError:
        return False
    return bool(collection == context.market.node_access_key)


def verified_collection(data: bytes) -> Pubkey | None:
    """The collection in a token's metadata, when the collection's owner has verified it."""
    reader = Reader(data)
    reader.take(KEYS_SIZE)
    for _name_symbol_uri in range(3):
        reader.read("string")
    reader.take(BASIS_POINTS_SIZE)
    if reader.read("bool"):
        reader.take(CREATOR_SIZE * reader.read("u32"))
    for _sold_mutable in range(2):
        reader.read("bool")
    for _edition_standard in range(2):
        if reader.read("bool"):
            reader.take(1)
    if not reader.read("bool"):
        return None
    verified, key = reader.read("bool"), reader.read("key")
    return key if verified else None


def metadata(mint: Pubkey, collection: Pubkey | None, *, verified: bool = True) -> bytes:
    """Metaplex metadata of a token, as far as `verified_collection` reads."""
    start = bytes([4]) + bytes(Pubkey.default()) + bytes(mint)
    texts = b"".join(len(text).to_bytes(4, "little") + text for text in (b"Key", b"KEY", b"ipfs://"))
    fixed = bytes(BASIS_POINTS_SIZE) + bytes([0, 0, 1, 0, 0])  # no creators, not sold, mutable, no edition or standard
    return start + texts + fixed + (b"\1" + bytes([verified]) + bytes(collection) if collection else b"\0")


ACCESS = (
    Field(
        "stake",
        "Stake",
        checks=(
            has_one("stake", "authority", "Unauthorized"),
            (lambda context: context.stake.xnos >= context.market.node_xnos_minimum, "NodeNotEnoughStake"),
            (_is_stake_address, "InvalidStakeAccount"),
        ),
    ),
    Field(
        "nft",
        TOKEN,
        checks=(
            _with_key(has_one("nft", "authority", "NodeNftWrongOwner", attribute="owner")),
            _with_key((lambda context: context.nft.amount >= 1, "NodeNftInvalidAmount")),
        ),
    ),
    Field("metadata", UNTYPED, checks=(_with_key((_is_in_collection, "NodeKeyInvalidCollection")),)),
)
