"""What the databases themselves refuse, whatever a service would ask of them."""

from typing import Any, NamedTuple

import asyncpg
import pytest

from chassis.ids import new_id
from chassis.testing.databases import Databases, Urls
from tests.rpcs import plan_of

SERVICES = ["edge", "clients", "comms", "billing", "memberships", "scheduling", "automation"]
# Tables without a tenant that hold nothing of anybody's, or that the app role cannot read.
SHARED = {"alembic_version", "inbox", "outbox", "dead_letters", "refs_snapshots", "pgqueuer_log",
          "pgqueuer_schedules", "pgqueuer_statistics"}  # fmt: skip
# What the worker role relays, runs and cleans for all tenants.
OF_ALL_TENANTS = {"outbox", "dead_letters", "pgqueuer", "idempotency_keys"}
_OPEN_TABLES = """
select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relrowsecurity
   and not c.relispartition
"""
_READABLE = """
select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
   and c.relkind in ('r', 'p', 'v', 'm')
   and has_table_privilege($1, c.oid, 'select') and not c.relrowsecurity
"""
_FUNCTIONS = """
select p.oid::regprocedure::text as name from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
 where n.nspname not in ('pg_catalog', 'information_schema') and p.prosecdef
   and (not exists (select from unnest(p.proconfig) one where one like 'search\\_path=%')
        or has_function_privilege('public', p.oid, 'execute'))
"""
_WRITABLE = """
select c.oid::regclass::text from pg_class c join pg_attribute a on a.attrelid = c.oid
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
   and not c.relispartition and a.attname = 'tenant_id'
   and has_table_privilege(c.oid, 'insert')
"""
_ASK_AS = "select set_config('app.tenant', $1, true)"
_ROLE = """
select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb from pg_roles where rolname = $1
"""


class Migrated(NamedTuple):
    """A service's database, as its migrations leave it."""

    name: str
    urls: Urls


@pytest.fixture(scope="module", params=SERVICES)
async def migrated(request: Any, databases: Databases) -> Migrated:
    name: str = request.param
    plan = plan_of(name)
    return Migrated(name, await databases.create(plan.name, plan.migrations, plan.metadata))


async def names(url: str, query: str, *values: object) -> set[Any]:
    connection = await asyncpg.connect(url)
    try:
        return {row[0] for row in await connection.fetch(query, *values)}
    finally:
        await connection.close()


async def test_every_table_of_tenants_is_closed_by_row(migrated: Migrated) -> None:
    """GW-04"""
    assert await names(migrated.urls.owner, _OPEN_TABLES) <= SHARED


async def test_the_app_role_reads_nothing_around_the_policies(migrated: Migrated) -> None:
    """GW-04: no partition, no table of the plumbing, no view without its own condition."""
    readable = await names(migrated.urls.owner, _READABLE, f"{migrated.name}_app")
    assert readable <= {"alembic_version", "refs_snapshots", "tenant_clients", "tenant_products"}


async def test_functions_with_the_owners_rights_are_closed(migrated: Migrated) -> None:
    assert await names(migrated.urls.owner, _FUNCTIONS) == set()


@pytest.mark.parametrize("kind", ["owner", "app", "worker"])
async def test_no_role_may_step_over_the_policies(migrated: Migrated, kind: str) -> None:
    assert await names(migrated.urls.owner, _ROLE, f"{migrated.name}_{kind}") == {False}


@pytest.mark.parametrize("kind", ["app", "worker"])
async def test_nothing_is_written_for_another_tenant(migrated: Migrated, kind: str) -> None:
    """GW-04: the policies speak before any constraint does."""
    connection = await asyncpg.connect(getattr(migrated.urls, kind))
    try:
        tables = {row[0] for row in await connection.fetch(_WRITABLE)}
        for table in tables - (OF_ALL_TENANTS if kind == "worker" else set()):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with connection.transaction():
                    tenants = str(new_id()), new_id()
                    await connection.execute(_ASK_AS, tenants[0])
                    await connection.execute(f"insert into {table} (tenant_id) values ($1)",
                                             tenants[1])  # fmt: skip
    finally:
        await connection.close()
