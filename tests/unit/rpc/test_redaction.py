import pytest

from nosana_chain.rpc.transport import HttpTransport, RpcRequest, redacted


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


def test_a_request_shows_its_method_and_not_its_body() -> None:
    assert repr(RpcRequest("sendTransaction", b"signed bytes")) == "RpcRequest(method='sendTransaction')"
