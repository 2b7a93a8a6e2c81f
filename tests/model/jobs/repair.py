"""Instructions that clear what is left over: clean, clean_admin, quit_admin. Their effect is Anchor's `close`."""

from behaviour.builds import JOBS

from model.anchor import Context, Field, instruction
from model.checked import i64
from model.jobs.shared import ADMIN, DONE, JOB_PAYER, PAYER, RUN_PAYER, job_state


def _is_expired(context: Context) -> bool:
    return bool(context.market.job_expiration < i64(context.now - context.job.time_end))


@instruction(
    JOBS,
    "clean",
    "",
    Field("job", "Job", mut=True, checks=(JOB_PAYER, job_state(DONE), (_is_expired, "JobNotExpired")), close="payer"),
    Field("market", "Market"),
    PAYER,
)
def clean(_context: Context) -> None:
    """Close the job."""


@instruction(JOBS, "clean_admin", "", Field("job", "Job", mut=True, checks=(JOB_PAYER,), close="payer"), PAYER, ADMIN)
def clean_admin(_context: Context) -> None:
    """Close the job, whatever its state; its deposit stays in the vault."""


@instruction(JOBS, "quit_admin", "", Field("run", "Run", mut=True, checks=(RUN_PAYER,), close="payer"), PAYER, ADMIN)
def quit_admin(_context: Context) -> None:
    """Close the run; the job stays as it is."""
