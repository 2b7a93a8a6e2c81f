"""The calls of one life after the other: which instruction comes next, and how much is wrong with it."""

from collections.abc import Iterator
from itertools import count
from random import Random

from behaviour.builds import BUILDS
from model.addresses import REFLECTION, SETTINGS

from fidelity.beginning import begin
from fidelity.damage import Dealer
from fidelity.draft import Draft, draft
from fidelity.intents import INTENTS
from fidelity.life import Life, NothingFitsError

BUILDS_OF_LIVES = ("nosana_jobs", "nosana_jobs_fee")  # in turns
CALLS_A_LIFE = 250
USUAL_WEIGHT = 4
WEIGHTS = {  # how often an instruction is called, where it is not USUAL_WEIGHT
    ("nosana_jobs", "list"): 10,
    ("nosana_jobs", "work"): 8,
    ("nosana_jobs", "assign"): 10,
    ("nosana_jobs", "extend"): 8,
    ("nosana_jobs", "finish"): 20,
    ("nosana_jobs", "end"): 20,
    ("nosana_jobs", "claim"): 12,
    ("nosana_jobs", "quit"): 9,
    ("nosana_jobs", "recover"): 10,
    ("nosana_jobs", "delist"): 10,
    ("nosana_jobs", "update"): 2,
    ("nosana_jobs", "close"): 3,
    ("nosana_jobs", "close_admin"): 3,
    ("nosana_jobs", "clean_admin"): 2,
    ("nosana_jobs", "quit_admin"): 2,
    ("nosana_staking", "init"): 2,
    ("nosana_staking", "update_settings"): 2,
    ("nosana_staking", "restake"): 3,
    ("nosana_rewards", "init"): 2,
    ("nosana_rewards", "claim"): 7,
}
DAMAGES = (0, 0, 0, 0, 1, 1, 1, 2)  # how many a call has
DAMAGES_OF_ENDINGS = (0, 1, 1, 1, 1, 1, 1, 2)  # calls that take something out of the life, or can work but once
MADE_ONCE = {("nosana_staking", "init"): SETTINGS, ("nosana_rewards", "init"): REFLECTION}
MAKING_CHANCE = 0.1  # how often a life that lacks one of them calls for it, on top of its weight
ENDINGS = {
    ("nosana_jobs", "close"),
    ("nosana_jobs", "close_admin"),
    ("nosana_jobs", "clean_admin"),
    ("nosana_jobs", "quit_admin"),
    ("nosana_staking", "init"),
    ("nosana_rewards", "init"),
}


def random_calls(seed: int) -> Iterator[Draft]:
    """Calls without end, the same ones for the same seed; whoever runs them tells their life what came of it."""
    dealer = Dealer(Random(f"{seed}"))
    for number in count():
        life = Life(Random(f"{seed}/{number}"), BUILDS[BUILDS_OF_LIVES[number % len(BUILDS_OF_LIVES)]])
        begin(life)
        for _ in range(CALLS_A_LIFE):
            life.wait()
            yield _damaged(_meant(life), dealer)


def _meant(life: Life) -> Draft:
    while True:
        try:
            return draft(life, *_instruction(life))
        except NothingFitsError:
            continue


def _instruction(life: Life) -> tuple[str, str]:
    missing = [name for name, address in MADE_ONCE.items() if not life.account(address).exists]
    if missing and life.chance(MAKING_CHANCE):
        return life.random.choice(missing)
    weights = [WEIGHTS.get(name, USUAL_WEIGHT) for name in INTENTS]
    return life.random.choices(list(INTENTS), weights)[0]


def _damaged(made: Draft, dealer: Dealer) -> Draft:
    damages = DAMAGES_OF_ENDINGS if (made.program, made.name) in ENDINGS else DAMAGES
    for _ in range(made.life.pick(damages)):
        dealer.damage(made)
    return made
