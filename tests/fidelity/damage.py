"""Deals out damages so that each kind comes up in each place of each instruction, again and again."""

from collections.abc import Callable
from random import Random

from fidelity import account_damage as place
from fidelity import call_damage as whole
from fidelity import state_damage as state
from fidelity import token_damage as token
from fidelity.draft import Draft

Damage = Callable[[Draft], None]
PlaceDamage = Callable[[Draft, int], None]

WHOLE: tuple[tuple[Damage, int], ...] = (  # with how often each is dealt in a round
    (whole.cut_data, 2),
    (whole.longer_data, 1),
    (whole.other_instruction, 1),
    (whole.argument_at_limit, 12),
    (whole.other_byte, 4),
    (whole.clock_elsewhere, 4),
    (whole.clock_at_deadline, 8),
    (whole.more_accounts, 1),
    (whole.old_reward, 6),
)
STATES: tuple[tuple[state.Change, int], ...] = (
    (state.record_field, 6),
    (state.small_number, 2),
    (state.flipped_byte, 1),
    (state.no_discriminator, 1),
    (state.short_body, 1),
    (state.longer, 1),
    (state.other_owner, 1),
    (state.other_lamports, 2),
    (state.gone, 1),
    (token.uninitialized, 1),
    (token.wrong_tag, 1),
)
TOKENS: tuple[token.TokenChange, ...] = (
    token.poor,
    token.overfull,
    token.foreign_mint,
    token.foreign_owner,
    token.delegated,
    token.closed_by_another,
    token.frozen,
)
EACH_PLACE: tuple[tuple[PlaceDamage, int], ...] = (
    (place.swapped, 1),
    (place.repeated, 2),
    (place.of_its_kind, 2),
    (place.of_another_kind, 1),
    (place.anything, 1),
    (place.a_program, 1),
    (place.nothing, 1),
    (place.no_signature, 1),
    (place.read_only, 1),
    (place.needless_flags, 1),
    (place.missing, 1),
    (place.taken, 2),
    (place.pays_for_itself, 1),
    *((state.to_state(change), copies) for change, copies in STATES),
    *((state.to_state(token.to_token(change)), 1) for change in TOKENS),
)


class Dealer:
    """A shuffled deck of damages for each instruction, dealt to its end before it is shuffled again."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._decks: dict[tuple[str, str], list[Damage]] = {}

    def damage(self, draft: Draft) -> None:
        """Do the next damage that makes any difference to a call."""
        intact = draft.told()
        while draft.told() == intact:
            self._next(draft)(draft)

    def _next(self, draft: Draft) -> Damage:
        deck = self._decks.setdefault((draft.program, draft.name), [])
        if not deck:
            deck.extend(self._shuffled(len(draft.declared.roles)))
        return deck.pop()

    def _shuffled(self, places: int) -> list[Damage]:
        """The last card is dealt first: one of each damage, and then the further copies."""
        cards = [(damage, copies) for damage, copies in WHOLE]
        cards += [(_at(damage, at), copies) for at in range(places) for damage, copies in EACH_PLACE]
        once, again = [damage for damage, _ in cards], [damage for damage, copies in cards for _ in range(copies - 1)]
        self._random.shuffle(once)
        self._random.shuffle(again)
        return again + once


def _at(damage: PlaceDamage, at: int) -> Damage:
    def do(draft: Draft) -> None:
        if at < len(draft.accounts):
            damage(draft, at)

    return do
