import os
import pickle
import subprocess
import sys
from dataclasses import replace

from nosana_chain.engine.journal import Lease, Owner
from nosana_chain.engine.journal.lease import new_token


def ended_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


def test_this_process_lives() -> None:
    here = Owner.here()
    assert here.pid == os.getpid()
    assert not here.is_dead()
    assert Owner.from_text(here.as_text()) == here


def test_a_process_that_ended_is_dead() -> None:
    assert replace(Owner.here(), pid=ended_process()).is_dead()


def test_a_process_id_that_is_used_again_is_another_process() -> None:
    assert replace(Owner.here(), started="1").is_dead()


def test_another_users_process_lives() -> None:
    with open("/proc/1/stat") as file:  # noqa: PTH123
        started = file.read().rpartition(")")[2].split()[19]
    assert not replace(Owner.here(), pid=1, started=started).is_dead()


def test_nothing_outlives_a_boot() -> None:
    assert replace(Owner.here(), boot="earlier").is_dead()


def test_of_other_machines_and_containers_nothing_is_known() -> None:
    gone = ended_process()
    assert not replace(Owner.here(), pid=gone, machine="another").is_dead()
    assert not replace(Owner.here(), pid=gone, machine="another", boot="another").is_dead()
    assert not replace(Owner.here(), pid=gone, namespace="pid:[1]").is_dead()


def test_a_forked_child_is_another_owner() -> None:
    script = (
        "import os; from nosana_chain.engine.journal import Owner; a = Owner.here(); c = os.fork()\n"
        "if c == 0: os._exit(Owner.here() == a)\n"
        "print(os.waitpid(c, 0)[1])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"


def test_a_token_is_in_no_repr() -> None:
    lease = Lease("entry", 1.0, new_token())
    assert lease.token not in repr(lease)
    assert new_token() != new_token()
    assert pickle.loads(pickle.dumps(lease)) == lease  # noqa: S301  ours
