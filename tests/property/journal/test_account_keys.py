from hypothesis import given
from hypothesis import strategies as st
from solders.keypair import Keypair

from nosana_chain.engine.keys import AccountKeys, Seed, keys_of, root_message

texts = st.text(min_size=0, max_size=6, alphabet=st.characters(exclude_categories=["Cs"]))
names = st.fixed_dictionaries({"genesis_hash": texts, "verb": texts, "key": texts})
wallets = st.binary(min_size=32, max_size=32)


def keys(seed: bytes) -> AccountKeys:
    keypair = Keypair.from_seed(seed)
    root = keypair.sign_message(root_message(keypair.pubkey()))
    found = keys_of(keypair.pubkey(), root, root)
    assert found is not None
    return found


@given(wallets, names)
def test_the_same_names_give_the_same_seed_on_every_machine(wallet: bytes, name: dict[str, str]) -> None:
    assert keys(wallet).seed(**name) == keys(wallet).seed(**name)


@given(wallets, names, wallets, names)
def test_any_other_wallet_network_verb_or_key_gives_another(
    wallet: bytes, name: dict[str, str], other_wallet: bytes, other_name: dict[str, str]
) -> None:
    first, second = keys(wallet).seed(**name), keys(other_wallet).seed(**other_name)
    assert (first == second) == ((wallet, name) == (other_wallet, other_name))


@given(names, st.integers(1, 5))
def test_a_boundary_between_names_is_part_of_them(name: dict[str, str], moved: int) -> None:
    """ "ab" + "c" is not "a" + "bc"."""
    joined = name["verb"] + name["key"]
    seeds: dict[Seed, str] = {}
    for cut in range(min(moved, len(joined)) + 1):
        seed = keys(bytes(32)).seed(genesis_hash=name["genesis_hash"], verb=joined[:cut], key=joined[cut:])
        assert seed not in seeds
        seeds[seed] = joined[:cut]
