"""What the chassis's own tables need now and then."""

from datetime import date, timedelta
from typing import Final

from chassis.context import Context
from chassis.jobs import Jobs

# Inbox rows outlive the stream's events (35 days) by one.
_INBOX_DAYS: Final = 36
_MONTHS_AHEAD: Final = 2
_PARTITIONED: Final = ("outbox", "inbox")

chores = Jobs()


def months_needed(today: date) -> list[date]:
    """The months that need a partition: that of events still in the stream, now, and the next."""
    months = [(today - timedelta(days=_INBOX_DAYS)).replace(day=1)]
    while len(months) < _MONTHS_AHEAD + 3:
        months.append((months[-1] + timedelta(days=31)).replace(day=1))
    return months


@chores.schedule("chassis.partitions", "0 3 * * *")
async def keep_partitions(context: Context) -> None:
    """Make the partitions to come, and drop those of inbox rows that are no longer needed."""
    today = context.database.clock().date()
    for parent in _PARTITIONED:
        for month in months_needed(today):
            async with context.database.plumbing() as connection:
                await connection.execute("select ensure_partition($1, $2)", parent, month)
    async with context.database.plumbing() as connection:
        await connection.execute("select drop_old_inbox($1)", today - timedelta(days=_INBOX_DAYS))


@chores.schedule("chassis.idempotency_keys", "20 * * * *")
async def forget_idempotency_keys(context: Context) -> None:
    """Forget the answers kept for repeated requests after two days."""
    async with context.database.plumbing() as connection:
        await connection.execute(
            "delete from idempotency_keys where created_at < now() - interval '48 hours'"
        )


@chores.schedule("chassis.job_log", "40 3 * * *")
async def forget_job_failures(context: Context) -> None:
    """Forget why jobs failed after a month."""
    async with context.database.plumbing() as connection:
        await connection.execute(
            "delete from pgqueuer_log where created < now() - interval '30 days'"
        )
