import pytest

from nosana_chain.errors import ConfigError
from nosana_chain.wire.endpoint_url import EndpointUrl, redacted
from nosana_chain.wire.transport import HttpTransport, RpcRequest


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://rpc.example.com/?api-key=11111111-2222", "https://rpc.example.com"),
        ("https://user:secret@rpc.example.com:8899", "https://rpc.example.com:8899"),
        ("https://rpc.example.com/v2/AbCdEf123456", "https://rpc.example.com/v2/…"),
        ("https://rpc.example.com/0123456789abcdef0123456789abcdef/", "https://rpc.example.com/…"),
        ("https://rpc.example.com/abcdefghijklmnopqrstuvwxyz", "https://rpc.example.com/…"),
        ("https://rpc.example.com/solana/mainnet#secret", "https://rpc.example.com/solana/mainnet"),
        ("http://[::1]:8899", "http://[::1]:8899"),
    ],
)
async def test_what_is_shown_of_an_endpoint(url: str, shown: str) -> None:
    assert redacted(url) == shown
    transport = HttpTransport(url)
    assert transport.endpoint == shown
    await transport.aclose()


@pytest.mark.parametrize(
    "url",
    [
        "https://host:S3CRET/",
        "https://[::1/S3CRET",
        "https://host:99999/S3CRET",
        "https:///S3CRET",
        "https://ho st/S3CRET\n",
    ],
)
def test_a_url_that_can_not_be_read_is_not_quoted(url: str) -> None:
    with pytest.raises(ConfigError, match="can't be read; write it as https://host:port/path") as caught:
        HttpTransport(url)
    assert caught.value.__context__ is None


def test_a_request_shows_its_method_and_not_its_body() -> None:
    assert repr(RpcRequest("sendTransaction", b"signed bytes")) == "RpcRequest(method='sendTransaction')"


URL = "https://us%20er:pa%20ss@rpc.example/v2/TOKENINPATH/?api-key=TOKENINQUERY&mode=TOKEN%2BIN#TOKENINFRAGMENT"


@pytest.mark.parametrize(
    "secret",
    [
        *("TOKENINPATH", "TOKENINQUERY", "TOKENINFRAGMENT", "TOKEN%2BIN", "TOKEN+IN", "us%20er", "us er", "pa%20ss"),
        *("dXMgZXI6cGEgc3M=", "pa ss", "us%20er:pa%20ss", "api-key=TOKENINQUERY&mode=TOKEN%2BIN"),
    ],
)
def test_every_secret_of_a_url_is_taken_out_of_texts(secret: str) -> None:
    url = EndpointUrl(URL)
    assert url.scrubber.text(f"your key {secret} is bad") == "your key … is bad"
    assert secret not in f"{url!r}{url.scrubber!r}{url.target()!r}"


def test_what_is_shown_of_a_url_stays_in_texts() -> None:
    text = "https://rpc.example/v2 says confirmed"
    assert EndpointUrl(URL).scrubber.text(text) == text


def test_the_library_gets_the_whole_url() -> None:
    url = EndpointUrl(URL)
    assert url.target() == b"/v2/TOKENINPATH/?api-key=TOKENINQUERY&mode=TOKEN%2BIN"
    assert url.reveal() == URL
    assert url.origin == "https://rpc.example"
