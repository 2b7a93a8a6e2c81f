import pytest

from nosana_chain.errors import ConfigError
from nosana_chain.wire.endpoint_url import redacted
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
