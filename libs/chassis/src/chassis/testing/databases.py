"""Databases for tests: migrated once into a template, copied in a tenth of a second."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from chassis import migrations
from chassis.ids import new_id

PASSWORD = "for-tests-only"


@dataclass(frozen=True, slots=True)
class Urls:
    """The three roles' addresses of one database."""

    owner: str
    app: str
    worker: str


class Databases:
    """Makes migrated databases on a running server, by its superuser's address."""

    def __init__(self, superuser: str) -> None:
        self._superuser = superuser
        self._templates: dict[str, asyncio.Task[str]] = {}

    async def create(self, service: str, folder: Path, metadata: Any) -> Urls:
        """A fresh database of a service, copied from its migrated template."""
        if service not in self._templates:
            self._templates[service] = asyncio.create_task(self._build(service, folder, metadata))
        template = await self._templates[service]
        name = f"test_{service}_{new_id().hex[-10:]}"
        await self._run(f"create database {name} owner {service}_owner template {template}")
        return self._urls(service, name)

    async def empty(self, service: str) -> Urls:
        """A database of a service before its first migration."""
        for role in ("owner", "app", "worker"):
            await self._role(f"{service}_{role}")
        name = f"test_{service}_{new_id().hex[-10:]}"
        await self._run(f"create database {name} owner {service}_owner")
        return self._urls(service, name)

    def superuser_of(self, urls: Urls) -> str:
        """Where its superuser reaches a database that was made here."""
        return urlunsplit(urlsplit(self._superuser)._replace(path=urlsplit(urls.owner).path))

    async def _build(self, service: str, folder: Path, metadata: Any) -> str:
        urls = await self.empty(service)
        await asyncio.to_thread(migrations.migrate, urls.owner, folder, metadata)
        return urlsplit(urls.owner).path.lstrip("/")

    async def _role(self, name: str) -> None:
        connection = await asyncpg.connect(self._superuser)
        try:
            known = await connection.fetchval("select 1 from pg_roles where rolname = $1", name)
            if not known:
                await connection.execute(f"create role {name} login password '{PASSWORD}'")
        finally:
            await connection.close()

    async def _run(self, sql: str) -> None:
        connection = await asyncpg.connect(self._superuser)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    def _urls(self, service: str, name: str) -> Urls:
        parts = urlsplit(self._superuser)
        made = [
            urlunsplit(("postgresql", f"{service}_{role}:{PASSWORD}@{parts.hostname}:{parts.port}",
                        f"/{name}", "", ""))
            for role in ("owner", "app", "worker")
        ]  # fmt: skip
        return Urls(*made)
