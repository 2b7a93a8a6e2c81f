"""One exchange: where redirects may lead, and what goes along."""

from __future__ import annotations

import asyncio
import traceback
from http import HTTPStatus

import pytest
from harness.answering import served

from nosana_chain.errors import ConfigError
from nosana_chain.localnet.http_server import Request, Response
from nosana_chain.web.exchange import Service, Unanswered, is_inner


def to(location: str, status: HTTPStatus = HTTPStatus.FOUND) -> Response:
    return Response(b"", status, headers={"Location": location})


async def test_a_redirect_is_followed_without_secrets() -> None:
    async with served(lambda _: Response(b"here")) as end, served(lambda _: to(f"{end.url}/there?a=1")) as start:
        url = start.url.replace("http://", "http://user:S3CRET@") + "/base?token=S3CRETTOO"
        headers = {"Authorization-Token": "S3CRETTHREE"}
        async with Service(url, headers=headers, follows_redirects=True) as service:
            answer = await service.ask("GET", "x?b=2", most=100, headers={"Accept": "text/plain"})
        assert answer.body == b"here"
        [first], [second] = start.asked, end.asked
        assert (first.path, first.query) == ("/base/x", {"b": ["2"], "token": ["S3CRETTOO"]})
        assert first.headers["authorization"].startswith("Basic ")
        assert first.headers["authorization-token"] == "S3CRETTHREE"
        assert (second.path, second.query) == ("/there", {"a": ["1"]})
        assert second.headers["accept"] == "text/plain"
        assert "S3CRET" not in repr(second.headers)
        assert {"authorization", "authorization-token"} & set(second.headers) == set()


async def test_redirects_are_not_followed_unless_told() -> None:
    async with served(lambda _: to("/elsewhere")) as start, Service(start.url) as service:
        assert (await service.ask("GET", "", most=100)).status == HTTPStatus.FOUND


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/again", "more than 5 times"),
        ("ftp://127.0.0.1/", "another scheme"),
        ("file:///etc/passwd", "another scheme"),
        ("http://[::1", "what is no URL"),
        ("http://a:99999/", "what is no URL"),
    ],
)
async def test_redirects_that_lead_nowhere(location: str, reason: str) -> None:
    async with served(lambda _: to(location)) as start, Service(start.url, follows_redirects=True) as service:
        with pytest.raises(Unanswered, match=reason):
            await service.ask("GET", "", most=100)


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1/", "http://localhost/", "https://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/"],
)
def test_a_service_elsewhere_leads_nobody_to_this_machine(target: str) -> None:
    service = Service("http://gateway.example/ipfs/", follows_redirects=True)
    with pytest.raises(Unanswered, match="this machine or a private network"):
        service._onward("http://gateway.example", b"/ipfs/x", target)  # noqa: SLF001  no gateway elsewhere in tests


@pytest.mark.parametrize(
    ("host", "inner"),
    [
        ("127.0.0.1", True),
        ("127.1", True),
        ("2130706433", True),
        ("0x7f000001", True),
        ("0.0.0.0", True),  # noqa: S104  nothing is bound
        ("::1", True),
        ("::ffff:10.0.0.1", True),
        ("fe80::1", True),
        ("192.168.1.1", True),
        ("LOCALHOST.", True),
        ("printer.local", True),
        ("x.localhost", True),
        ("metadata.google.internal", True),
        ("1.1.1.1", False),
        ("2606:4700::1111", False),
        ("bafy.ipfs.dweb.link", False),
    ],
)
def test_what_is_this_machine_or_near(host: str, inner: bool) -> None:  # noqa: FBT001  a case
    assert is_inner(host) == inner


async def test_no_secret_is_in_a_traceback() -> None:
    async with Service("http://u:S3CRET@127.0.0.1:1/S3CRETPATH?k=S3CRETKEY", headers={"A": "S3CRETHEAD"}) as service:
        try:
            await service.ask("GET", "x", most=10)
        except Unanswered as error:
            shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "can't be reached" in shown
    assert "S3CRET" not in shown.replace(
        '"http://u:S3CRET@127.0.0.1:1/S3CRETPATH?k=S3CRETKEY", headers={"A": "S3CRETHEAD"}', ""
    )


@pytest.mark.parametrize("url", ["", "gateway.example", "ws://a", "https://a:99999"])
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(ConfigError):
        Service(url)


async def test_a_connection_is_kept_inside_and_not_outside() -> None:
    def answer(request: Request) -> Response:
        return Response(b"yes")

    async with served(answer) as server:
        service = Service(server.url)
        for _ in range(2):
            assert (
                await service.ask("GET", "", most=10)
            ).body == b"yes"  # nothing is left open, or it would be a warning
            async with service as kept:
                answers = await asyncio.gather(*(kept.ask("GET", "", most=10) for _ in range(3)))
                assert [each.body for each in answers] == [b"yes"] * 3
