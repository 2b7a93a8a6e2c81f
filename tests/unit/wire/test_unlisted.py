"""Which errors say that an endpoint doesn't list the accounts of a program, as endpoints word them."""

from typing import Any

import pytest
from fault.wire import ScriptedTransport, failure
from solders.pubkey import Pubkey

from nosana_chain.errors import RpcError, RpcUnreachableError
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.endpoint_url import EndpointUrl
from nosana_chain.wire.refusals import http_error
from nosana_chain.wire.transport import RpcRequest
from nosana_chain.wire.unlisted import refuses_to_list

PROGRAM = Pubkey(bytes(range(32)))
REQUEST = RpcRequest("getProgramAccounts", b"{}", Any)


class Response:
    """What HTTP says around an answer."""

    def __init__(self, status: int, **headers: str) -> None:
        self.status_code = status
        self.headers = headers


async def error_of(answer: Any) -> RpcError:
    with pytest.raises(RpcError) as caught:
        await Connection(LOCALNET, transport=ScriptedTransport({"getProgramAccounts": [answer]})).find_accounts(PROGRAM)
    return caught.value


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (-32010, f"{PROGRAM} excluded from account secondary indexes; this RPC method unavailable for key"),
        (-32601, "Method not found"),
        (-32601, "the method getProgramAccounts does not exist/is not available"),
        (410, "The RPC call or parameters have been disabled."),
        (403, "Forbidden"),
        (-32000, "getProgramAccounts is not available on the Free tier"),
        (-32052, "program blocked for getProgramAccounts, if you need this program please contact support"),
        (-32600, "this method is only offered with a paid plan"),
        (-32603, "Method not allowed"),
    ],
)
async def test_refusals_by_code_and_by_words(code: int, message: str) -> None:
    assert refuses_to_list(await error_of(failure(code, message)))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (-32602, "Invalid params: unknown encoding"),
        (-32016, "Minimum context slot has not been reached"),
        (-32005, "Node is unhealthy: behind by 100 slots"),
        (-32603, "Internal error"),
        (-32000, "scan aborted: the accumulated scan results exceeded the limit"),
        (429, "Too many requests: your plan limit is 10 requests per second"),
        (-32007, "the request limit of your plan was reached"),
    ],
)
async def test_other_troubles_are_no_refusals(code: int, message: str) -> None:
    assert not refuses_to_list(await error_of(failure(code, message)))


@pytest.mark.parametrize(("status", "refuses"), [(403, True), (405, True), (410, True), (401, False), (500, False)])
def test_refusals_by_http_status(status: int, *, refuses: bool) -> None:
    error = http_error(Response(status), b"<html>no</html>", REQUEST, EndpointUrl("http://gateway.example"))
    assert error is not None
    assert refuses_to_list(error) is refuses


async def test_only_lists_are_refused_so() -> None:
    connection = Connection(LOCALNET, transport=ScriptedTransport({"getSlot": [failure(-32601, "Method not found")]}))
    with pytest.raises(RpcError) as caught:
        await connection.call("getSlot", answer=int)
    assert not refuses_to_list(caught.value)


async def test_an_endpoint_that_does_not_answer_refuses_nothing() -> None:
    silent = RpcUnreachableError("nobody answers", endpoint="http://gone", method="getProgramAccounts")
    assert not refuses_to_list(await error_of(silent))


class Directory:
    """Finds what it was given, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    async def find(self, _connection: Any, program_id: Pubkey, **options: Any) -> Any:
        self.asked.append((program_id, options))
        return ["found"]


async def test_a_directory_is_asked_where_lists_are_refused_and_nowhere_else() -> None:
    answers = [failure(-32010, "excluded"), failure(-32602, "Invalid params"), []]
    connection = Connection(LOCALNET, transport=ScriptedTransport({"getProgramAccounts": answers}))
    connection.directory = directory = Directory()
    found: Any = await connection.find_accounts(PROGRAM, filters=[165], hints=[PROGRAM])
    assert found == ["found"]
    [(program, options)] = directory.asked
    assert (program, options["filters"], options["hints"]) == (PROGRAM, [165], [PROGRAM])
    assert options["refusal"].facts["rpc_code"] == -32010
    with pytest.raises(RpcError, match="Invalid params"):
        await connection.find_accounts(PROGRAM)
    assert await connection.find_accounts(PROGRAM) == []
    assert len(directory.asked) == 1
