"""The calls of one life after the other: which instruction comes next, and how much is wrong with it."""

from collections.abc import Collection, Iterator
from itertools import count, islice
from random import Random

from behaviour.builds import BUILDS
from behaviour.vectors import FOLDER, read_cases
from model.addresses import REFLECTION, SETTINGS

from fidelity.beginning import begin
from fidelity.damage import Dealer
from fidelity.draft import Draft, draft, recorded_draft
from fidelity.intents import INTENTS
from fidelity.life import Life, NothingFitsError
from fidelity.situations import SITUATIONS

Name = tuple[str, str]  # of an instruction: its interface, and its own
BUILDS_OF_LIVES = ("nosana_jobs", "nosana_jobs_fee")  # in turns
CALLS_A_LIFE = 250
RECORDED_AFTER_A_LIFE = 50
BUILDS_OF_RECORDS = (*BUILDS_OF_LIVES, "nosana_staking", "nosana_rewards", "nosana_pools", "nosana_nodes")
USUAL_WEIGHT = 4
WEIGHTS = {  # how often an instruction is called, where it is not USUAL_WEIGHT
    ("nosana_jobs", "list"): 10,
    ("nosana_jobs", "work"): 12,
    ("nosana_jobs", "assign"): 12,
    ("nosana_jobs", "extend"): 8,
    ("nosana_jobs", "finish"): 30,
    ("nosana_jobs", "end"): 30,
    ("nosana_jobs", "claim"): 18,
    ("nosana_jobs", "quit"): 9,
    ("nosana_jobs", "recover"): 14,
    ("nosana_jobs", "delist"): 12,
    ("nosana_jobs", "update"): 2,
    ("nosana_jobs", "close"): 3,
    ("nosana_jobs", "close_admin"): 3,
    ("nosana_jobs", "clean_admin"): 2,
    ("nosana_jobs", "quit_admin"): 2,
    ("nosana_staking", "init"): 2,
    ("nosana_staking", "withdraw"): 8,
    ("nosana_staking", "restake"): 3,
    ("nosana_rewards", "init"): 2,
    ("nosana_rewards", "claim"): 7,
    ("merkle_distributor", "new_claim"): 10,
    ("merkle_distributor", "claim_locked"): 10,
    ("merkle_distributor", "clawback"): 2,
    ("merkle_distributor", "close_distributor"): 2,
    ("merkle_distributor", "close_claim_status"): 2,
}
DAMAGES = (0, 0, 0, 0, 0, 0, 1, 1, 1, 2)  # how many a call has
SITUATION_CHANCE = 0.2  # how often a call that has situations of its own is in one, on top of its damages
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
    ("merkle_distributor", "clawback"),
    ("merkle_distributor", "close_distributor"),
    ("merkle_distributor", "close_claim_status"),
}


def random_calls(seed: int, names: Collection[Name] = INTENTS) -> Iterator[Draft]:
    """Calls without end, the same ones for the same seed: of lives, and a few damaged ones of the recorded cases.

    Whoever runs them tells their life what came of it. `names` are the instructions that wallets call in
    their lives; they must make, among them, what they use up.
    """
    random = Random(f"{seed}")
    dealer, records = Dealer(random), _recorded(random)
    for number in count():
        life = Life(Random(f"{seed}/{number}"), BUILDS[BUILDS_OF_LIVES[number % len(BUILDS_OF_LIVES)]])
        begin(life)
        for _ in range(CALLS_A_LIFE):
            life.wait()
            yield _damaged(_meant(life, names), dealer)
        for made in islice(records, RECORDED_AFTER_A_LIFE):
            dealer.damage(made)
            yield made


def _recorded(random: Random) -> Iterator[Draft]:
    """Calls from the recorded cases, whose accounts have been through more than a life of ours, in random order."""
    cases = [(build, case) for build in BUILDS_OF_RECORDS for case in read_cases(FOLDER, build)]
    while True:
        for build, case in random.sample(cases, len(cases)):
            yield recorded_draft(case, BUILDS[build], random)


def _meant(life: Life, names: Collection[Name]) -> Draft:
    while True:
        try:
            return draft(life, *_instruction(life, names))
        except NothingFitsError:
            continue


def _instruction(life: Life, names: Collection[Name]) -> Name:
    missing = [name for name, address in MADE_ONCE.items() if name in names and not life.account(address).exists]
    if missing and life.chance(MAKING_CHANCE):
        return life.random.choice(missing)
    weights = [WEIGHTS.get(name, USUAL_WEIGHT) for name in names]
    return life.random.choices(list(names), weights)[0]


def _damaged(made: Draft, dealer: Dealer) -> Draft:
    situations = SITUATIONS.get((made.program, made.name))
    if situations and made.life.chance(SITUATION_CHANCE):
        made.life.pick(situations)(made)
    damages = DAMAGES_OF_ENDINGS if (made.program, made.name) in ENDINGS else DAMAGES
    for _ in range(made.life.pick(damages)):
        dealer.damage(made)
    return made
