"""Clients out of the rows of a file, each as the API itself would take it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from background.imports.rules.bodies import Body, Places
from background.imports.rules.reading import Row
from background.imports.tables import ImportRow
from background.imports.use_cases.importing import Line, shape
from chassis.errors import Failure
from chassis.work import UnitOfWork
from clients.clients.repository.keyed import matching
from clients.clients.rules import keys
from clients.clients.use_cases.columns import home_country
from clients.clients.use_cases.creating_many import create_clients
from clients.custom_fields.use_cases.definitions import definitions
from clients.imports import repository
from clients.imports.rules import changes, rows
from clients.imports.rules.rows import Names
from clients.imports.schemas import NewClient
from clients.imports.use_cases.updating import update_from_row
from refs import people

CHUNK: Final = 500
_SOURCE: Final = "import"


class Clients:
    """The kind of import."""

    files = repository.FILES
    rows = repository.ROWS

    @property
    def chunk(self) -> int:
        """How many rows a transaction takes in."""
        return CHUNK

    async def target(self, work: UnitOfWork, asked: Mapping[str, Any]) -> "ClientRows":
        """For the next chunk."""
        return ClientRows(work, asked["key"], await _names(work), await home_country(work))


class ClientRows:
    """What the rows of a chunk become."""

    read_last: tuple[str, ...] = (".label", "status_id")

    def __init__(self, work: UnitOfWork, key: str | None, names: Names, country: str) -> None:
        self._work, self._key, self._names, self._country = work, key, names, country
        self.key_path = rows.KEY_PATHS.get(key or "", "")

    def body_of(self, row: Row, places: Places) -> Body:
        """A row's cells, read."""
        return rows.body_of(row, places, self._names)

    def keys_of(self, body: Body) -> list[str]:
        """What a row's client is found by."""
        return keys.of(body.values, self._key, self._country)

    async def matching(self, values: Sequence[str]) -> dict[str, set[UUID]]:
        """The clients that the caller sees by each of these keys."""
        return await matching(self._work, self._key or "", values)

    async def update(self, line: Line, record_id: UUID) -> ImportRow:
        """Change the client as far as the row says something new."""
        return await update_from_row(self._work, line.number, line.body, record_id)

    async def create(self, lines: Sequence[Line]) -> None:
        """Clients of the rows that may be; the others are told why not."""
        await asyncio.to_thread(shape, lines, NewClient, source=_SOURCE)
        good = [line for line in lines if line.shape is not None]
        made = await create_clients(self._work, [line.shape for line in good])
        for line, one in zip(good, made, strict=True):
            if isinstance(one, Failure):
                line.refused(one)
            else:
                line.outcome = ImportRow(
                    row=line.number, outcome="created", record_id=one.id,
                    after={"digest": changes.digest(one)},
                )  # fmt: skip


async def _names(work: UnitOfWork) -> Names:
    tenant = await people.tenant(work)
    zone = (tenant.timezone if tenant else None) or "UTC"
    return Names(await repository.names(work), await definitions(work), zone)
