"""Alembic for every service: one history per database, run as the owner by `migrate`."""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.config import Config
from alembic.operations import Operations
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util import await_only

from chassis.housekeeping import months_needed

_ONE_AT_A_TIME = 7_307_201
_PLUMBING = re.compile(r"^(outbox|inbox|dead_letters|audit_log|idempotency_keys|pgqueuer)")
_PARTITIONED = ("outbox", "inbox")


def run_sql(op: Operations | Any, package: str, name: str) -> None:
    """Run a frozen SQL file, e.g. `run_sql(op, "chassis", "0001_plumbing.sql")`."""
    sql = (resources.files(package) / "sql" / name).read_text()
    execute_script(op.get_bind(), sql)


def execute_script(connection: Connection, sql: str) -> None:
    """Several statements at once, in the migration's transaction; asyncpg prepares only one."""
    await_only(connection.connection.driver_connection.execute(sql))  # type: ignore[union-attr]


def migrate(url: str, folder: Path, metadata: Sequence[MetaData]) -> None:
    """Bring the database to the newest revision and secure every table of it."""
    command.upgrade(config(url, folder, metadata), "head")


def config(url: str, folder: Path, metadata: Sequence[MetaData]) -> Config:
    """An Alembic configuration without a file; `env.py` of each service calls `run_env`."""
    made = Config()
    made.set_main_option("script_location", str(folder))
    made.attributes.update(url=url.replace("postgresql://", "postgresql+asyncpg://"),
                           metadata=metadata)  # fmt: skip
    return made


def run_env() -> None:
    """What Alembic's env.py does: connect as the owner, migrate under one lock, secure."""
    asyncio.run(_run(context.config.attributes["url"]))


async def _run(url: str) -> None:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        await connection.run_sync(_run_sync)
        await connection.commit()
    await engine.dispose()


def _run_sync(connection: Connection) -> None:
    connection.execute(text("set lock_timeout = '5s'"))
    connection.execute(text(f"select pg_advisory_lock({_ONE_AT_A_TIME})"))
    metadata: Sequence[MetaData] = context.config.attributes["metadata"]
    context.configure(
        connection=connection, target_metadata=list(metadata), compare_type=True,
        include_object=_is_ours, transaction_per_migration=False,
    )  # fmt: skip
    with context.begin_transaction():
        context.run_migrations()
        if not context.config.attributes.get("only_compare"):
            secure(connection, metadata)


def _is_ours(_: Any, name: str | None, kind: str, *__: Any) -> bool:
    return not (kind == "table" and name and _PLUMBING.match(name))


def secure(connection: Connection, metadata: Sequence[MetaData]) -> None:
    """Row-level security and grants for every table; repeatable, so none is ever forgotten."""
    if connection.execute(text("select to_regclass('public.outbox')")).scalar() is None:
        return
    owner: str = connection.execute(text("select current_user")).scalar_one()
    names = {"app": owner.replace("_owner", "_app"), "worker": owner.replace("_owner", "_worker")}
    every = (table for part in metadata for table in part.sorted_tables)
    tables = [table.name for table in every if "tenant_id" in table.columns]
    statements = [_ROLES.format(**names)]
    statements += [_TENANT_TABLE.format(table=table) for table in (*tables, *_TENANT_PLUMBING)]
    statements += [_PLUMBING_RIGHTS.format(**names)]
    months = months_needed(datetime.now(UTC).date())
    statements += [f"select ensure_partition('{t}', '{m}')" for t in _PARTITIONED for m in months]
    statements += [_PARTITION_RIGHTS.format(**names)]
    execute_script(connection, ";\n".join(statements))


_TENANT_PLUMBING = ("audit_log", "idempotency_keys")
_TENANT_TABLE = """
alter table {table} enable row level security;
drop policy if exists tenant on {table};
create policy tenant on {table}
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
"""
_ROLES = """
grant usage on schema public to {app}, {worker};
grant select, insert, update, delete on all tables in schema public to {app}, {worker};
grant usage, select on all sequences in schema public to {app}, {worker}
"""
# A partition is reached without its parent's policies, so nobody but the worker reaches it.
_PARTITION_RIGHTS = """
do $$ declare part regclass; begin
    for part in select inhrelid from pg_inherits
                 where inhparent in ('outbox'::regclass, 'inbox'::regclass) loop
        execute format('revoke all on %s from {app}', part);
    end loop;
end $$
"""
# The app role may add to the outbox of its own tenant and never read it; the worker role
# relays, cleans and replays for all tenants.
_PLUMBING_RIGHTS = """
revoke all on outbox, inbox, dead_letters, pgqueuer_log, pgqueuer_schedules, pgqueuer_statistics
    from {app};
grant insert on outbox to {app};
revoke delete on pgqueuer from {app};
revoke update, delete on audit_log from {app}, {worker};
alter table outbox enable row level security;
drop policy if exists tenant on outbox;
create policy tenant on outbox for insert to {app}
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
drop policy if exists relay on outbox;
create policy relay on outbox to {worker} using (true) with check (true);
alter table pgqueuer enable row level security;
drop policy if exists tenant on pgqueuer;
create policy tenant on pgqueuer to {app}
    using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)
    with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
drop policy if exists working on pgqueuer;
create policy working on pgqueuer to {worker} using (true) with check (true);
drop policy if exists cleaning on idempotency_keys;
create policy cleaning on idempotency_keys to {worker} using (true);
revoke all on function ensure_partition(text, date), drop_old_inbox(date) from public;
grant execute on function ensure_partition(text, date), drop_old_inbox(date) to {worker}
"""
