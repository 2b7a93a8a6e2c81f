"""The one call between Nosana's programs: rewards.add_fee."""

from behaviour.builds import REWARDS
from behaviour.call import Meta

from model.addresses import TOKEN_PROGRAM
from model.anchor import TOKEN, Context, Field, instruction_discriminator, invoke
from model.layouts import encode
from model.runtime import NO_SEEDS, Frame, Seeds

REWARDS_ACCOUNTS = Field("rewards_reflection", "Reflection", mut=True), Field("rewards_vault", TOKEN, mut=True)


def add_fee(context: Context, source: str, authority: str, amount: int, seeds: Seeds = NO_SEEDS) -> None:
    """Pay a fee into the rewards pool: the callee checks its accounts by its own rules."""
    keys = context.keys
    metas = (
        Meta(keys[source], writable=True),
        Meta(keys["rewards_reflection"], writable=True),
        Meta(keys["rewards_vault"], writable=True),
        Meta(keys[authority], signer=True),
        Meta(TOKEN_PROGRAM),
    )
    data = instruction_discriminator("add_fee") + encode("u64", amount)
    context.frame.enter(REWARDS, data, metas, seeds)
    invoke(Frame(context.frame.world, REWARDS, metas, context.frame.depth + 1), data)
