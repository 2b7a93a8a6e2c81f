"""Who may work in a market: enough stake and, where the market has an access key, a token of its collection."""

from solders.pubkey import Pubkey

from model.addresses import metadata_address, stake_address
from model.anchor import TOKEN, UNTYPED, Check, Context, Field, has_one, is_key, stores
from model.jobs.metadata import verified_collection
from model.jobs.shared import is_open_market
from model.layouts import UndecodableError


def _with_key(check: Check) -> Check:
    return Check(lambda context: is_open_market(context) or check.holds(context), check.error)


def _own_stake(context: Context) -> Pubkey:
    return stake_address(context.keys["authority"])


def _is_in_collection(context: Context) -> bool:
    if context.keys["metadata"] != metadata_address(context.nft.mint):
        return False
    try:
        collection = verified_collection(context.cell("metadata").data)
    except UndecodableError:
        return False
    return bool(collection == context.market.node_access_key)


ACCESS = (
    Field(
        "stake",
        "Stake",
        checks=(
            has_one("stake", "authority", "Unauthorized"),
            (lambda context: context.stake.xnos >= context.market.node_xnos_minimum, "NodeNotEnoughStake"),
            is_key("stake", _own_stake, "InvalidStakeAccount"),
        ),
    ),
    Field(
        "nft",
        TOKEN,
        checks=(
            _with_key(stores("nft", "owner", "authority", "NodeNftWrongOwner")),
            _with_key(Check(lambda context: context.nft.amount >= 1, "NodeNftInvalidAmount")),
        ),
    ),
    Field("metadata", UNTYPED, checks=(_with_key(Check(_is_in_collection, "NodeKeyInvalidCollection")),)),
)
