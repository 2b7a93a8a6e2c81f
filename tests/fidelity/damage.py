"""Deals out damages so that each kind comes up in each place of each instruction, again and again."""

from collections.abc import Callable
from random import Random

from fidelity import account_damage as place
from fidelity import call_damage as whole
from fidelity import state_damage as state
from fidelity.draft import Draft

Damage = Callable[[Draft], None]
PlaceDamage = Callable[[Draft, int], None]

WHOLE: tuple[tuple[Damage, int], ...] = (  # with how often each is dealt in a round
    (whole.cut_data, 2),
    (whole.longer_data, 1),
    (whole.other_instruction, 1),
    (whole.argument_at_limit, 12),
    (whole.clock_elsewhere, 4),
    (whole.clock_at_deadline, 8),
    (whole.more_accounts, 1),
    (whole.old_reward, 6),
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
    (state.to_state(state.record_field), 6),
    (state.to_state(state.small_number), 2),
    (state.to_state(state.token_field), 4),
    (state.to_state(state.frozen), 1),
    (state.to_state(state.uninitialized), 1),
    (state.to_state(state.wrong_tag), 1),
    (state.to_state(state.flipped_byte), 1),
    (state.to_state(state.no_discriminator), 1),
    (state.to_state(state.short_body), 1),
    (state.to_state(state.longer), 1),
    (state.to_state(state.other_owner), 1),
    (state.to_state(state.other_lamports), 1),
    (state.to_state(state.gone), 1),
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
            deck.extend(_deck(len(draft.declared.roles)))
            self._random.shuffle(deck)
        return deck.pop()


def _deck(places: int) -> list[Damage]:
    deck = [damage for damage, copies in WHOLE for _ in range(copies)]
    return deck + [_at(damage, at) for at in range(places) for damage, copies in EACH_PLACE for _ in range(copies)]


def _at(damage: PlaceDamage, at: int) -> Damage:
    def do(draft: Draft) -> None:
        if at < len(draft.accounts):
            damage(draft, at)

    return do
