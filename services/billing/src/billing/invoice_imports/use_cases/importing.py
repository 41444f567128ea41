"""Open invoices out of the rows of a file: each the client's whom it names, and taken back."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from background.imports.rules.bodies import Body, Places
from background.imports.rules.failures import SeveralMatch
from background.imports.rules.reading import Row
from background.imports.tables import ImportRow
from background.imports.use_cases.importing import Line, shape
from background.imports.use_cases.undoing import KEPT, UNDONE, go_on_undoing
from background.jobs.rules import Task
from billing.defaults.repository import BillingSettingsRepository
from billing.defaults.use_cases import taken
from billing.documents.rules import check_dates
from billing.imports.repository import FILES
from billing.invoice_imports import rules
from billing.invoice_imports.repository import ROWS
from billing.invoice_imports.rules import ClientKey
from billing.invoice_imports.schemas import OpenInvoice
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.rules import due_after
from billing.invoices.use_cases.many import ISSUE
from billing.invoices.use_cases.paying import void_invoice
from billing.invoices.use_cases.taking_over import Former, take_over
from billing.totals.rules.written import minor
from chassis.context import Context
from chassis.errors import Failure, MissingPermission
from chassis.work import UnitOfWork
from refs import about
from refs.home import home
from refs.reading import ensure_tenant
from refs.writing import Access

CHUNK: Final = 500


@dataclass(slots=True)
class _Said:
    """What clients said of the keys in some rows, and of whom those name; None: of several."""

    clients: Mapping[ClientKey, UUID | None] = field(default_factory=dict)
    access: Mapping[UUID, Access] = field(default_factory=dict)


class Invoices:
    """The kind of import."""

    files = FILES
    rows = ROWS

    def __init__(self, context: Context) -> None:
        self._context = context
        self._said = _Said()

    @property
    def chunk(self) -> int:
        """How many rows a transaction takes in."""
        return CHUNK

    async def ask_about(self, work: UnitOfWork, rows: Sequence[Row], places: Places) -> None:
        """Whose the next rows are, asked before their transaction in their importer's name."""
        await ensure_tenant(self._context, work.tenant_id)
        keys = {key for row in rows if (key := rules.client_of(row, places))}
        found = await self._context.peers.find_clients(work, keys) if keys else {}
        ids = {one for one in found.values() if one is not None}
        self._said = _Said(found, await about.ask_about_each(work, self._context, ids))

    async def target(self, work: UnitOfWork, _: Mapping[str, Any]) -> "InvoiceRows":
        """For the next chunk; raises MissingPermission."""
        _check_issues(work)
        subjects: Mapping[UUID, about.Subject | Failure] = {}
        if self._said.access:
            subjects = await about.clients_to_write(work, self._said.access)
        return InvoiceRows(work, self._said.clients, subjects)


class InvoiceRows:
    """What the rows of a chunk become."""

    key_path = ""
    read_last: tuple[str, ...] = ()

    def __init__(
        self, work: UnitOfWork, clients: Mapping[ClientKey, UUID | None],
        subjects: Mapping[UUID, about.Subject | Failure],
    ) -> None:  # fmt: skip
        self._work, self._clients, self._subjects = work, clients, subjects

    def body_of(self, row: Row, places: Places) -> Body:
        """A row's cells, read."""
        return rules.body_of(row, places)

    def keys_of(self, _: Body) -> list[str]:
        """None: an invoice is taken over, never changed."""
        return []

    async def matching(self, _: Sequence[str]) -> dict[str, set[UUID]]:
        """None, for the same reason."""
        return {}

    async def update(self, line: Line, record_id: UUID) -> ImportRow:
        """No row stands for one that is there."""
        raise NotImplementedError

    async def create(self, lines: Sequence[Line]) -> None:
        """Invoices of the rows that may be; the others are told why not."""
        await asyncio.to_thread(shape, lines, OpenInvoice)
        settings = await BillingSettingsRepository(self._work).current()
        currency = (await home(self._work)).currency
        former: list[tuple[Line, Former]] = []
        for line in lines:
            if line.shape is not None:
                try:
                    client = self._client(line.shape.client)
                    days = taken(settings, {}, client, "")["due_days"]
                    former.append((line, _former(line.shape, client, currency, days)))
                except Failure as failure:
                    line.refused(failure)
        made = await take_over(self._work, [one for _, one in former])
        for (line, _), one in zip(former, made, strict=True):
            if isinstance(one, Failure):
                line.refused(one)
            else:
                line.outcome = ImportRow(
                    row=line.number, outcome="created", record_id=one.id, client_id=one.client_id
                )

    def _client(self, key: ClientKey | None) -> about.Subject:
        """Whose a row is; raises why it cannot be."""
        if key is None:
            raise rules.ClientNeeded(field="client")
        path = f"client.{key[0]}"
        if key not in self._clients:
            raise about.UnknownClient(field=path)
        if (client_id := self._clients[key]) is None:
            raise SeveralMatch(field=path)
        found = self._subjects[client_id]
        if isinstance(found, Failure):
            raise found
        return found


async def undo_chunk(work: UnitOfWork, task: Task) -> dict[str, Any]:
    """The next chunk of taking an import back; raises MissingPermission."""
    _check_issues(work)
    return await go_on_undoing(work, task, ROWS, _take_back)


async def _take_back(work: UnitOfWork, row: ImportRow) -> str:
    """What still stands as it was taken over is void."""
    if row.record_id is None:
        return KEPT
    invoice = await InvoiceRepository(work).get_for_update(row.record_id)
    if invoice.balance_minor != invoice.total_minor:
        return KEPT
    await void_invoice(work, row.record_id)
    return UNDONE


def _former(row: OpenInvoice, client: about.Subject, home_currency: str, days: int) -> Former:
    """An invoice of before, as its row says; raises what refuses it."""
    check_dates(row.issue_date, row.due_date)
    currency = row.currency or client.currency or home_currency
    said = {
        name: None if text is None else minor(text, currency, name)
        for name, text in (("total", row.total), ("paid", row.paid), ("balance", row.balance))
    }  # fmt: skip
    original, left = rules.open_part(**said)
    return Former(
        client_id=client.id, number=row.number, issue_date=row.issue_date,
        due_date=row.due_date or due_after(row.issue_date, days), currency=currency,
        original_minor=original, open_minor=left, notes=row.notes, external_id=row.external_id,
    )  # fmt: skip


def _check_issues(work: UnitOfWork) -> None:
    """Whoever began it may have lost the right since."""
    if not work.caller.may(ISSUE):
        raise MissingPermission(permission=ISSUE)
