"""NFTs for markets with an access key, read by the model of the jobs program and by the token library."""

from dataclasses import replace

from model.jobs.metadata import verified_collection
from solders.pubkey import Pubkey
from solders.token.state import Mint, TokenAccount

from nosana_chain import pda
from nosana_chain.localnet import access_nft, local_wallet, standard_genesis
from nosana_chain.networks import LOCALNET

OWNER, COLLECTION = local_wallet("host").address, local_wallet("collection").address


def metadata_of(mint: Pubkey) -> Pubkey:
    return pda.metadata_address(mint, network=LOCALNET)


def test_an_unverified_collection_does_not_count() -> None:
    nft = access_nft(OWNER, collection=COLLECTION, verified=False)
    assert verified_collection(nft.accounts[metadata_of(nft.access.mint)].data) is None


def test_its_metadata_names_the_collection_in_as_many_bytes_as_metaplex_allocates() -> None:
    nft = access_nft(OWNER, collection=COLLECTION)
    metadata = nft.accounts[metadata_of(nft.access.mint)]
    assert verified_collection(metadata.data) == COLLECTION
    assert (len(metadata.data), metadata.owner) == (679, LOCALNET.programs.token_metadata)


def test_its_metadata_has_a_creator_an_edition_nonce_and_says_that_it_has_no_uses() -> None:
    nft = access_nft(OWNER, collection=COLLECTION)
    data, mint = nft.accounts[metadata_of(nft.access.mint)].data, nft.access.mint
    program = LOCALNET.programs.token_metadata
    _, nonce = Pubkey.find_program_address([b"metadata", bytes(program), bytes(mint), b"edition"], program)
    behind_texts = 1 + 32 + 32 + 3 * 4 + 32 + 10 + 200 + 2
    creator = b"\1" + bytes([1, 0, 0, 0]) + bytes(OWNER) + bytes([1, 100])
    not_sold_mutable, edition, standard, member = b"\0\1", bytes([1, nonce]), b"\1\0", b"\1\1" + bytes(COLLECTION)
    no_uses_details_rules = bytes(3)
    expected = creator + not_sold_mutable + edition + standard + member + no_uses_details_rules
    assert data[behind_texts:].startswith(expected)
    assert not any(data[behind_texts + len(expected) :])


def test_there_is_one_of_it_and_its_owner_has_it() -> None:
    nft = access_nft(OWNER, collection=COLLECTION)
    mint = Mint.from_bytes(nft.accounts[nft.access.mint].data)
    held = TokenAccount.from_bytes(nft.accounts[nft.access.account].data)
    assert (mint.supply, mint.decimals, mint.mint_authority) == (1, 0, None)
    assert (held.owner, held.mint, held.amount) == (OWNER, nft.access.mint, 1)


def test_names_tell_the_nfts_of_an_owner_apart() -> None:
    mints = {access_nft(OWNER, collection=COLLECTION, name=name).access.mint for name in ("first", "second", "first")}
    assert len(mints) == 2


def test_on_other_addresses_its_metadata_is_elsewhere() -> None:
    programs = replace(LOCALNET.programs, token_metadata=COLLECTION)
    nft = access_nft(OWNER, collection=COLLECTION, network=replace(LOCALNET, programs=programs))
    assert metadata_of(nft.access.mint) not in nft.accounts


def test_a_genesis_takes_it_in_beside_what_it_has() -> None:
    genesis, nft = standard_genesis(), access_nft(OWNER, collection=COLLECTION)
    assert genesis.with_accounts(nft.accounts).accounts == {**genesis.accounts, **nft.accounts}
