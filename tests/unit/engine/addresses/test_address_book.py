"""A book is the same after it was saved, and only what is one is taken for one."""

from pathlib import Path

import pytest
from harness.postings import MARKET, PAYER, archive, jobs, key

from nosana_chain.engine.addresses.book import AddressBook
from nosana_chain.engine.addresses.growing import Growth
from nosana_chain.engine.addresses.source import Reach
from nosana_chain.errors import InputError
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection

EMPTY = '{"newest": null, "oldest": null, "is_whole": true, "unread": [], "seen": {}}'


async def grown() -> AddressBook:
    node, book = archive(20), AddressBook()
    node.hidden = set(node.signatures[7:9])
    book.cluster = "a cluster"
    for address, most in ((MARKET, 1000), (PAYER, 1)):
        await Growth(Connection(LOCALNET, transport=node), address, book.source(address), most=most).run()
    return book


async def test_a_book_is_the_same_after_it_was_saved(tmp_path: Path) -> None:
    book, path = await grown(), tmp_path / "book.json"
    book.save(path)
    book.save(path)
    again = AddressBook.load(path)
    assert (again.cluster, again.sources) == (book.cluster, book.sources)
    assert again.to_json() == book.to_json()
    assert [one.name for one in tmp_path.iterdir()] == ["book.json"]


def test_where_there_is_no_file_a_new_book_begins(tmp_path: Path) -> None:
    book = AddressBook.load(tmp_path / "none.json")
    assert (book.cluster, book.sources) == (None, {})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"version": 1}',
        '{"version": 2, "cluster": null, "sources": {}}',
        '{"version": 1, "cluster": null, "sources": {"no address": 1}}',
        '{"version": 1, "cluster": null, "sources": {"x": ' + EMPTY + "}}",
    ],
)
def test_what_is_no_book_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="address book"):
        AddressBook.from_json(text)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "book").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(InputError, match="can't be read"):
        AddressBook.load(tmp_path / "book")


async def test_it_tells_what_it_knows_and_how_far() -> None:
    book = await grown()
    assert set(book.addresses("job")) == jobs(set(range(20)) - {7, 8})
    assert len(book.addresses("job")) == 18
    assert book.reach(str(MARKET)) == Reach(address=MARKET, newest_slot=16, oldest_slot=10, is_whole=True, unread=2)
    nowhere = book.reach(key("job", 99))
    assert (nowhere.newest_slot, nowhere.oldest_slot, nowhere.is_whole) == (None, None, False)
    assert key("job", 99) not in book.sources
    with pytest.raises(InputError):
        book.reach("nowhere")
    assert repr(book) == "<AddressBook: 38 addresses out of the transactions of 2>"
