"""A decoded model is the same as one that is made by its keywords, in every way that people use it."""

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, fields, is_dataclass, replace

import pytest
from solders.pubkey import Pubkey

from nosana_chain.bindings.layouts.jobs import JOB_ACCOUNT, RUN_ACCOUNT
from nosana_chain.cid import cid_from_digest
from nosana_chain.errors import CidError
from nosana_chain.models.by_position import by_position
from nosana_chain.models.job import Job, JobState, Run
from nosana_chain.units import NosUnits, Seconds, UnixSeconds

ADDRESS, MARKET, NODE, PAYER, PROJECT = (Pubkey(letter.encode() * 32) for letter in "amnpq")
DEFINITION, RESULT = bytes(range(32)), bytes(range(32, 64))
FIELDS = {"market": MARKET, "node": NODE, "payer": PAYER, "price": 5, "project": PROJECT, "state": 2, "timeout": 60}
TIMES = {"time_start": 100, "time_end": 130}


def decoded(**changes: Pubkey | bytes | int) -> Job:
    values = {"ipfs_job": DEFINITION, "ipfs_result": RESULT, **FIELDS, **TIMES, **changes}
    return Job.decode(ADDRESS, JOB_ACCOUNT.build(**values))


def by_keyword() -> Job:
    return Job(
        address=ADDRESS,
        definition_cid=cid_from_digest(DEFINITION) or "",
        result_cid=cid_from_digest(RESULT),
        market=MARKET,
        payer=PAYER,
        project=PROJECT,
        price=NosUnits(5),
        timeout=Seconds(60),
        state=JobState.DONE,
        node=NODE,
        time_start=UnixSeconds(100),
        time_end=UnixSeconds(130),
        run=None,
    )


@pytest.mark.parametrize("name", [one.name for one in fields(Job)])
def test_nothing_of_it_can_be_changed(name: str) -> None:
    job = decoded()
    with pytest.raises(FrozenInstanceError):
        setattr(job, name, None)
    with pytest.raises(FrozenInstanceError):
        delattr(job, name)
    with pytest.raises((AttributeError, TypeError)):
        job.other = 1  # type: ignore[attr-defined]
    assert job == by_keyword()


def test_it_is_of_its_very_class() -> None:
    assert type(decoded()) is type(by_keyword()) is Job
    assert is_dataclass(Job)
    assert not hasattr(decoded(), "__dict__")


def test_it_is_equal_hashed_and_shown_alike() -> None:
    assert decoded() == by_keyword()
    assert hash(decoded()) == hash(by_keyword())
    assert repr(decoded()) == repr(by_keyword())
    assert {decoded(), by_keyword()} == {by_keyword()}
    assert decoded(price=6) != by_keyword()


@pytest.mark.parametrize("is_looked_at", [True, False])
def test_it_is_copied_pickled_and_replaced_alike(is_looked_at: bool) -> None:  # noqa: FBT001
    job = decoded()
    if is_looked_at:
        assert job.definition_cid
    for same in (copy.copy(job), copy.deepcopy(job), pickle.loads(pickle.dumps(job)), replace(job)):  # noqa: S301
        assert type(same) is Job
        assert same == by_keyword()
    assert asdict(job) == asdict(by_keyword())
    assert replace(job, result_cid=None) == replace(by_keyword(), result_cid=None) != job


def test_cids_are_text_of_their_digests_and_stay_the_same_object() -> None:
    job = decoded()
    assert job.definition_cid == cid_from_digest(DEFINITION)
    assert job.definition_cid is job.definition_cid
    assert job.result_cid == cid_from_digest(RESULT)


def test_a_digest_of_zeros_is_no_cid() -> None:
    job = decoded(ipfs_job=bytes(32), ipfs_result=bytes(32))
    assert (job.definition_cid, job.result_cid) == ("", None)


def test_a_digest_of_another_length_is_refused_when_it_is_looked_at() -> None:
    with pytest.raises(CidError):
        replace(by_keyword(), definition_cid=b"short").definition_cid  # type: ignore[arg-type]  # noqa: B018


def test_the_class_tells_its_fields_and_matches_by_keyword() -> None:
    match decoded():
        case Job(address=address, definition_cid=definition):
            assert (address, definition) == (ADDRESS, cid_from_digest(DEFINITION))
        case _:
            pytest.fail("a job matches its class")


def test_a_run_does_not_change_a_decoded_job_that_is_done_and_makes_a_queued_one_run() -> None:
    run = Run.decode(NODE, RUN_ACCOUNT.build(job=ADDRESS, node=NODE, payer=PAYER, state=0, time=-7))
    assert run == Run(address=NODE, job=ADDRESS, node=NODE, payer=PAYER, time=UnixSeconds(-7))
    assert decoded().with_run(run) == by_keyword()
    queued = decoded(state=0)
    assert (queued.node, queued.time_start, queued.time_end) == (None, None, None)
    assert queued.with_run(run) == replace(queued, run=run, state=JobState.RUNNING)


def test_as_many_values_as_fields_are_needed() -> None:
    make = by_position(Run)
    assert make(1, 2, 3, 4, 5) == Run(address=1, job=2, node=3, payer=4, time=5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        make(1, 2, 3, 4)
    with pytest.raises(TypeError):
        make(1, 2, 3, 4, 5, 6)
