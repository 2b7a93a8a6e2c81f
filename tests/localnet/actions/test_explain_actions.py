"""Explanations of what really landed, failures first."""

from __future__ import annotations

import base64
import json

import pytest
from solders.pubkey import Pubkey
from solders.signature import Signature
from stage import CID, PRICE, RESULT, TIMEOUT, Scene

from nosana_chain import pda
from nosana_chain.bindings.program_errors.anchor import AccountOwnedByWrongProgram
from nosana_chain.bindings.program_errors.jobs import JobTimeoutNotGreater
from nosana_chain.client import NosanaClient
from nosana_chain.engine.action import Action
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.plan import plain
from nosana_chain.errors import NotFoundError
from nosana_chain.localnet.inprocess import InProcess
from nosana_chain.models.explanation import ExplainedInstruction, Explanation
from nosana_chain.programs.jobs.instructions import extend_ix

DEPOSIT = PRICE * TIMEOUT


async def post(scene: Scene, market: Pubkey) -> tuple[Pubkey, Signature]:
    posted = await scene.builder.jobs.post_job(market, definition_cid=CID, timeout=TIMEOUT)
    return posted.job, posted.receipt.signature


def shown(instruction: ExplainedInstruction) -> dict[str, str]:
    return {name: argument.text for name, argument in instruction.arguments.items()}


def named(explained: Explanation, title: str) -> ExplainedInstruction:
    (found,) = [one for one in explained.instructions if one.title == title]
    return found


def require_balance(explained: Explanation) -> None:
    """Nothing comes from nowhere: neither NOS nor SOL."""
    assert sum(movement.nos for movement in explained.movements) == 0
    assert sum(movement.lamports for movement in explained.movements) == 0


async def test_a_signature_of_nothing(scene: Scene) -> None:
    with pytest.raises(NotFoundError, match="on localnet: check the signature and the network"):
        await scene.builder.transactions.explain(Signature.default())


async def test_a_transaction_that_failed_on_chain(scene: Scene, market: Pubkey) -> None:
    job, _ = await post(scene, market)
    network, builder = scene.net.network, scene.net.wallets["builder"]
    shorter = extend_ix(job=job, market=market, payer=builder.address, timeout=TIMEOUT - 1, network=network)
    engine = Engine(connection=scene.builder.connection, wallet=builder)
    with pytest.raises(JobTimeoutNotGreater) as caught:
        await Action(engine, lambda: plain(shorter), name="extend", simulate_first=False)
    signature = caught.value.signature
    assert signature is not None
    explained = await scene.builder.transactions.explain(signature)
    assert isinstance(explained.error, JobTimeoutNotGreater)
    assert str(explained) == caught.value.explanation
    extend = named(explained, "jobs Extend")
    assert (extend.failed, shown(extend)) == (True, {"timeout": "599 s (9m 59s)"})
    assert extend.log_line is not None
    assert "Error Code: JobTimeoutNotGreater" in extend.log_line
    assert explained.movements == ()
    assert explained.fee is not None
    assert f"transaction {signature}" in caught.value.explanation


async def test_a_simulation_that_failed_tells_what_would_have_been_sent(scene: Scene, market: Pubkey) -> None:
    job, _ = await post(scene, market)
    builder = scene.net.wallets["builder"].address
    shorter = extend_ix(job=job, market=market, payer=builder, timeout=1, network=scene.net.network)
    with pytest.raises(JobTimeoutNotGreater) as caught:
        await scene.builder.transactions.send([shorter])
    explanation = caught.value.explanation.splitlines()
    assert explanation[0] == "transaction (not signed)"
    assert "#0 jobs Extend  <-- failed here" in explanation
    assert "explanation" not in caught.value.as_json()


def test_a_failure_in_this_process_explains_itself() -> None:
    chain = InProcess()
    builder = chain.wallets["builder"]
    nobody = extend_ix(
        job=chain.network.nos_mint,
        market=chain.network.nos_mint,
        payer=builder.address,
        timeout=1,
        network=chain.network,
    )
    with pytest.raises(AccountOwnedByWrongProgram) as caught:
        chain.send([nobody], [builder])
    lines = caught.value.explanation.splitlines()
    assert "#0 jobs Extend  <-- failed here" in lines
    assert [line.split()[0] for line in lines if line.endswith("<-- blamed")] == ["job"]


async def test_a_posted_job(scene: Scene, market: Pubkey) -> None:
    job, signature = await post(scene, market)
    explained = await scene.operator.transactions.explain(str(signature))
    posted = named(explained, "jobs List")
    assert shown(posted) == {"ipfs_job": CID, "timeout": "600 s (10m)"}
    assert next(account.address for account in posted.accounts if account.role == "job") == job
    transfers = [one for one in posted.inner if one.title == "token Transfer"]
    assert [shown(one) for one in transfers] == [{"amount": "0.600000 NOS"}]
    moved = {movement.roles: movement.nos for movement in explained.movements if movement.nos}
    assert moved == {("vault",): DEPOSIT, ("source", "user"): -DEPOSIT}
    require_balance(explained)
    assert json.loads(json.dumps(explained.as_json()))["slot"] == explained.slot


async def test_a_finished_job_pays_by_inner_transfers(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    job, _ = await post(scene, market)
    await staked_host.hosts.join_queue(market)
    finished = await staked_host.hosts.finish_job(job, result_cid=RESULT)
    assert (finished.paid or 0) + (finished.refunded or 0) == DEPOSIT
    explained = await scene.builder.transactions.explain(finished.receipt.signature)
    finish = named(explained, "jobs Finish")
    assert shown(finish) == {"ipfs_result": RESULT}
    vault = pda.market_vault_address(market, network=scene.net.network)
    sources = {account.address for one in finish.inner for account in one.accounts if account.role == "source"}
    assert sources == {vault}
    assert all(one.arguments["amount"].text.endswith(" NOS") for one in finish.inner if one.title == "token Transfer")
    assert next(movement.nos for movement in explained.movements if movement.address == vault) == -DEPOSIT
    require_balance(explained)


async def test_the_bytes_of_a_landed_transaction_find_it(scene: Scene, market: Pubkey) -> None:
    _, signature = await post(scene, market)
    settings = {"encoding": "base64", "commitment": "confirmed", "maxSupportedTransactionVersion": 0}
    found = await scene.builder.connection.call("getTransaction", str(signature), settings, answer=dict)
    encoded = found["transaction"][0]
    by_signature = await scene.builder.transactions.explain(signature)
    assert by_signature.slot is not None
    for asked in (encoded, base64.b64decode(encoded)):
        assert await scene.builder.transactions.explain(asked) == by_signature


async def test_nothing_of_a_host_s_life_is_unknown(scene: Scene, market: Pubkey, staked_host: NosanaClient) -> None:
    job, posted = await post(scene, market)
    working = await staked_host.hosts.join_queue(market)
    finished = await staked_host.hosts.finish_job(job, result_cid=RESULT)
    for signature in (posted, working.receipt.signature, finished.receipt.signature):
        explained = await scene.operator.transactions.explain(signature)
        calls = [call for outer in explained.instructions for call in (outer, *outer.inner)]
        assert all(call.name and not call.remarks for call in calls)
        require_balance(explained)
