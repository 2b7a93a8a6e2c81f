import pytest

from nosana_chain.wire.texts import MAX_TEXT, Scrubber, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words", "plain words"),
        ("two\nlines\r\n", "two lines"),
        ("\x1b]0;owned\x07\x1b[2J", "]0;owned  [2J"),
        ("\x7f\x80\x9b31m", "31m"),
        ("a\u202eb\u2066c\u200bd", "a b c d"),
        ("a\u2028b\u2029c", "a b c"),
        ("\ud800 half", "half"),
        ("\ue000private", "private"),
        ("ümläut 漢字 a\u00a0b", "ümläut 漢字 a\u00a0b"),
        ("\x00", ""),
    ],
)
def test_what_is_left_of_a_text(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert Scrubber().text(text) == shown


def test_long_texts_are_cut() -> None:
    assert Scrubber().text("x" * MAX_TEXT) == "x" * MAX_TEXT
    assert Scrubber().text("x" * 10**7) == "x" * (MAX_TEXT - 1) + "…"
    assert len(Scrubber().log("x" * 10**7)) == 10_000


@pytest.mark.parametrize(
    ("secrets", "text", "shown"),
    [
        (["TOKEN1", "TOKEN"], "a TOKEN1 b TOKEN c", "a … b … c"),
        (["k=TOKEN", "TOKEN"], "?k=TOKEN", "?…"),
        (["1", "abc"], "1 abc", "1 abc"),
        ([""], "text", "text"),
    ],
)
def test_secrets_are_taken_out(secrets: list[str], text: str, shown: str) -> None:
    scrubber = Scrubber(secrets)
    assert scrubber.text(text) == shown
    assert "TOKEN" not in repr(scrubber)


def test_a_secret_is_not_shown_where_the_text_is_cut() -> None:
    text = "x" * (MAX_TEXT - 3) + "TOKENTOKEN"
    assert "TOK" not in Scrubber(["TOKENTOKEN"]).text(text)


def test_data_is_cleaned_all_through() -> None:
    data = {"a\n": ["TOKEN\x1b", 5, None, True, 1.5, {"b": "x"}]}
    assert Scrubber(["TOKEN"]).data(data) == {"a": ["…", 5, None, True, 1.5, {"b": "x"}]}


def test_data_that_is_deep_or_long_is_cut() -> None:
    deep: object = "end"
    for _ in range(100):
        deep = [deep]
    assert str(Scrubber().data(deep)).count("[") == 16
    assert len(Scrubber().data(["x"] * 5000)) == 1000
    assert len(Scrubber().data({str(n): n for n in range(5000)})) == 1000
