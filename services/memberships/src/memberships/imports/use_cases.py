"""Whose the rows of a file are: clients is asked for them, in the name of who imports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Final
from uuid import UUID

from background.imports.rules.bodies import Places
from background.imports.rules.failures import SeveralMatch
from background.imports.rules.reading import Row
from background.imports.use_cases.beginning import LookedInto, look_into
from chassis.context import Context
from chassis.errors import Failure, MissingPermission
from chassis.work import UnitOfWork
from memberships.imports import rules
from memberships.imports.rules import ClientKey
from refs import about
from refs.reading import ensure_tenant
from refs.writing import Access

_READS_CLIENTS: Final = "clients:read"


@dataclass(slots=True)
class _Said:
    """What clients said of the keys in some rows, and of whom those name; None: of several."""

    clients: Mapping[ClientKey, UUID | None] = field(default_factory=dict)
    access: Mapping[UUID, Access] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Owners:
    """Whom the rows of a chunk name, and which of those may be changed."""

    clients: Mapping[ClientKey, UUID | None]
    subjects: Mapping[UUID, about.Subject | Failure]

    def of(self, key: ClientKey | None) -> about.Subject:
        """Whose a row is; raises why it cannot be."""
        if key is None:
            raise rules.ClientNeeded(field="client")
        path = f"{rules.CLIENT}{key[0]}"
        if key not in self.clients:
            raise about.UnknownClient(field=path)
        if (client_id := self.clients[key]) is None:
            raise SeveralMatch(field=path)
        found = self.subjects[client_id]
        if isinstance(found, Failure):
            raise found
        return found


class Asking:
    """One worker's questions about the clients of the rows, chunk after chunk."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._said = _Said()

    async def ask_about(self, work: UnitOfWork, rows: Sequence[Row], places: Places) -> None:
        """Whose the next rows are, 500 at most, asked before their transaction."""
        await ensure_tenant(self._context, work.tenant_id)
        keys = {key for row in rows if (key := rules.client_of(row, places))}
        found: Mapping[ClientKey, Any] = {}
        if keys:
            found = await self._context.peers.find_clients(work, keys)
        ids = {one for one in found.values() if one is not None}
        self._said = _Said(found, await about.ask_about_each(work, self._context, ids))

    async def owners(self, work: UnitOfWork) -> Owners:
        """Them, and whether they may be changed, in the transaction."""
        subjects: Mapping[UUID, about.Subject | Failure] = {}
        if self._said.access:
            subjects = await about.clients_to_write(work, self._said.access)
        return Owners(self._said.clients, subjects)


def check_may(work: UnitOfWork, permission: str) -> None:
    """Whoever began an import may have lost the right since; raises MissingPermission."""
    if not work.caller.may(permission):
        raise MissingPermission(permission=permission)


def check_reads_clients(work: UnitOfWork) -> None:
    """Clients are found in the name of who imports; raises ClientsUnread."""
    if not work.caller.may(_READS_CLIENTS):
        raise rules.ClientsUnread()


def table_in(content: IO[bytes], size: int) -> LookedInto:
    """A file's headings and first rows.

    Raises FileTooLarge, UnreadableFile, EmptyFile and NotATable.
    """
    file = look_into(content, size)
    if file.form.kind == "vcf":
        raise rules.NotATable(field="file")
    return file
