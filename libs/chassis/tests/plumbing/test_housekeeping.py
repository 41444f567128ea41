"""Partitions come in time and go in time; a month that was missed loses nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chassis.context import Context
from chassis.housekeeping import (
    forget_idempotency_keys,
    forget_job_failures,
    keep_partitions,
    months_needed,
)
from chassis.ids import new_id
from chassis.settings import ChassisSettings
from chassis.testing.clock import FrozenClock
from libs.chassis.tests.plumbing.parts import happened, publish, query


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 11, 21), date(2026, 10, 1), date(2027, 2, 1)),
        (date(2026, 12, 31), date(2026, 11, 1), date(2027, 3, 1)),
        (date(2027, 3, 1), date(2027, 1, 1), date(2027, 5, 1)),
    ],
)
def test_partitions_are_made_from_the_streams_oldest_event_on(
    today: date, first: date, last: date
) -> None:
    months = months_needed(today)
    assert (months[0], months[-1]) == (first, last)
    assert len(set(months)) == len(months) == 5
    assert today.replace(day=1) in months


async def partitions(settings: ChassisSettings, parent: str) -> set[str]:
    rows = await query(
        settings,
        "select relname from pg_inherits join pg_class on pg_class.oid = inhrelid"
        " where inhparent = $1::text::regclass",
        parent,
    )
    return {row["relname"] for row in rows}


async def test_coming_months_are_made_and_old_inboxes_dropped(
    context: Context, settings: ChassisSettings
) -> None:
    clock = FrozenClock(datetime(2031, 5, 20, tzinfo=UTC))
    context.database.clock = clock
    await keep_partitions(context)
    assert {"outbox_203104", "outbox_203105", "outbox_203107"} <= await partitions(
        settings, "outbox"
    )
    before = await partitions(settings, "inbox")
    clock.advance(days=60)
    await keep_partitions(context)
    after = await partitions(settings, "inbox")
    assert before - after == {"inbox_203104", "inbox_203105"}
    assert {"outbox_203104", "outbox_203105"} <= await partitions(settings, "outbox")


async def test_a_month_nobody_prepared_is_kept_where_it_fell(
    context: Context, settings: ChassisSettings
) -> None:
    context.database.clock = FrozenClock(datetime(2033, 1, 10, tzinfo=UTC))
    await publish(context, new_id(), happened("plumbing.late.made"))
    await keep_partitions(context)
    found = await partitions(settings, "outbox")
    assert "outbox_203301" not in found
    assert "outbox_203302" in found
    rows = await query(settings, "select count(*) from outbox_default")
    assert rows[0][0] == 1


async def test_idempotency_keys_and_job_failures_are_forgotten(
    context: Context, settings: ChassisSettings
) -> None:
    for age in (1, 47, 49):
        await query(
            settings,
            "insert into idempotency_keys (tenant_id, scope, digest, created_at)"
            " values (gen_random_uuid(), $1, '', now() - $2::interval)",
            str(age).encode(), timedelta(hours=age),
        )  # fmt: skip
    await query(
        settings,
        "insert into pgqueuer_log (job_id, status, priority, entrypoint, created)"
        " values (1, 'failed', 0, 'a', now() - interval '31 days'), (2, 'failed', 0, 'a', now())",
    )
    await forget_idempotency_keys(context)
    await forget_job_failures(context)
    rows = await query(settings, "select scope from idempotency_keys order by created_at")
    assert [row["scope"] for row in rows] == [b"47", b"1"]
    rows = await query(settings, "select job_id from pgqueuer_log")
    assert [row["job_id"] for row in rows] == [2]


async def test_the_app_role_reaches_no_partition(
    context: Context, settings: ChassisSettings
) -> None:
    rows = await query(
        settings,
        "select count(*) from information_schema.role_table_grants"
        " where grantee = 'plumbing_app' and table_name ~ '^(outbox|inbox)_'",
    )
    assert rows[0][0] == 0
