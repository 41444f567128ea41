"""Databases and roles of the services, made by the superuser before any migration."""

import asyncio
from collections.abc import Mapping

import asyncpg

from local.keys import DATABASE_ROLES
from local.servers.postgres import Postgres

# Row-level security must bind the services: no role may bypass it.
RIGHTS = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
SCHEMA = """
ALTER SCHEMA public OWNER TO {service}_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {service}_app, {service}_worker;
"""


async def bootstrap(postgres: Postgres, services: list[str], passwords: Mapping[str, str]) -> None:
    """Make for each service its roles and its database; harmless when they are there."""
    connection = await asyncpg.connect(postgres.url())
    try:
        for service in services:
            await create_roles(connection, service, passwords)
            await create_database(connection, service, owner=f"{service}_owner")
    finally:
        await connection.close()
    await asyncio.gather(*(_open_schema(postgres, service) for service in services))


async def create_roles(
    connection: "asyncpg.Connection[asyncpg.Record]", service: str, passwords: Mapping[str, str]
) -> None:
    """Make the roles `<service>_owner`, `_app` and `_worker` with these passwords."""
    present = await connection.fetch("SELECT rolname FROM pg_roles")
    names = {str(row["rolname"]) for row in present}
    for role in (f"{service}_{kind}" for kind in DATABASE_ROLES):
        verb = "ALTER" if role in names else "CREATE"
        # Roles and passwords are our own: letters, digits, - and _ only.
        await connection.execute(f"{verb} ROLE {role} {RIGHTS} PASSWORD '{passwords[role]}'")


async def create_database(
    connection: "asyncpg.Connection[asyncpg.Record]", name: str, *, owner: str
) -> None:
    """Make the database unless it is there; nobody but its service connects to it."""
    if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
        return
    service = owner.removesuffix("_owner")
    await connection.execute(f"CREATE DATABASE {name} OWNER {owner}")
    await connection.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    await connection.execute(f"GRANT CONNECT ON DATABASE {name} TO {service}_app, {service}_worker")


async def _open_schema(postgres: Postgres, service: str) -> None:
    connection = await asyncpg.connect(postgres.url(service))
    try:
        await connection.execute(SCHEMA.format(service=service))
    finally:
        await connection.close()
