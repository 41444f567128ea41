"""What can be done with the draft of any document."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Generic
from uuid import UUID

from billing.branches.use_cases import check_branch
from billing.documents.repository.records import DocumentRepository, DocumentT
from billing.documents.rules import UnknownFile, UnknownSalesperson
from billing.documents.tables import DocumentRow
from billing.documents.use_cases import lines as of_lines
from billing.documents.use_cases.lines import check_taxes, with_product_taxes, with_taxes
from billing.documents.use_cases.owing import ABOUT, OWING, Said, named_in, owing
from billing.documents.use_cases.owing import ask as ask_owing
from billing.paper_templates.rules import Kind
from billing.paper_templates.use_cases import check_template, template_like
from billing.totals.rules.written import EXTRAS, figures
from chassis.context import Context
from chassis.events import Event
from chassis.money import Money
from chassis.together import Asked
from chassis.work import UnitOfWork
from refs import about, people
from refs.home import home, today
from refs.reading import ensure_tenant, ensure_user
from refs.writing import UNASKED, Access

# What the figures of a document follow from, and what the taxes of its lines do.
FIGURED: Final = frozenset({"lines", "currency", *EXTRAS})
_TAXED: Final = frozenset({"lines", "issue_date", "supply_date"})
# What a document takes over from the one it is made of.
_TAKEN_OVER: Final = (
    "client_id", "for_client_id", "currency", "supply_date", "payment_terms", "lines", "discount",
    "taxes",
    "subtotal_minor", "discount_minor", "shipping_minor", "tax_minor", "rounding_minor",
    "total_minor", "deposit_minor", "salesperson_id", "notes", "terms", "branch_id",
    "work_cycle_id", "attachments",
)  # fmt: skip
_WHOSE: Final = frozenset({OWING, ABOUT})
_COLUMNS: Final = {"shipping": "shipping_minor", "deposit": "deposit_minor"}
Json = dict[str, Any]


async def _as_told(*_: Any) -> Json:
    return {}


@dataclass(frozen=True)
class Drafts(Generic[DocumentT]):
    """The drafts of one kind of document: where they are, on which paper they are printed, who
    hears of them, what they refuse.

    `check_draft` is told a status, `check_dates` what a draft would be; `defaults`, of what was
    told and for whom, say what it takes that was left open; `asked` is what they read.
    """

    repository: type[DocumentRepository[DocumentT]]
    kind: Kind
    changed: Callable[..., Event]
    check_draft: Callable[[str], None]
    check_dates: Callable[[Json], None]
    defaults: Callable[[UnitOfWork, Json, about.Subject | None], Awaitable[Json]] = _as_told
    asked: Callable[[UnitOfWork], Awaitable[Asked]] | None = None

    async def create(
        self, work: UnitOfWork, context: Context, values: Json, digest: bytes
    ) -> DocumentT:
        """Write a document down."""
        said = await ask_document(work, context, values)
        found = self.repository(work)
        await found.ask_known(values["id"])
        await self._read_ahead(work, values)
        if (known := await found.known(values["id"], digest)) is not None:
            work.status = 200
            return known
        owed = await owing(work, values, said)
        client, values = owed.client, values | owed.columns
        await check_named(work, values)
        await check_template(work, values["template_id"], self.kind)
        values |= await self.defaults(work, values, client)
        currency = values["currency"] or (client and client.currency) or (await home(work)).currency
        values["issue_date"] = values["issue_date"] or await today(work)
        self.check_dates(values)
        lines = await with_product_taxes(work, values["lines"])
        lines = await with_taxes(work, lines, _supplied(values))
        plain = {name: value for name, value in values.items() if name not in FIGURED}
        return await self.make(work, digest, **plain, **figures(currency, lines, values))

    async def _read_ahead(self, work: UnitOfWork, values: Json) -> None:
        """All that a draft follows from, in one message."""
        named = named_in([values])
        await work.read_ahead(
            # What is read ahead finds one row.
            *([await about.asked(work, *named)] if len(named) == 1 else ()),
            *([await self.asked(work)] if self.asked else ()),
            *await of_lines.asked(work, values["lines"]),
        )

    async def make(self, work: UnitOfWork, digest: bytes, **values: Any) -> DocumentT:
        """A draft of what was checked already, by the names of the columns."""
        made = await self.repository(work).add(
            **values, status="draft", created_by=work.caller.principal, digest=digest
        )
        work.publish(self.changed("created", made))
        return made

    async def make_of(self, work: UnitOfWork, source: DocumentRow, **more: Any) -> DocumentT:
        """A draft of today like a document that the caller may change: at its prices, with its
        taxes, which have to hold now. Raises TaxNotValid.
        """
        values = {name: getattr(source, name) for name in _TAKEN_OVER}
        client = None
        if source.client_id is not None:
            client = await about.client_to_write(work, source.client_id, UNASKED)
            values["client_id"] = client.id
        values |= await self.defaults(work, {}, client)
        template_id = await template_like(work, source.template_id, self.kind)
        on = await today(work)
        await check_taxes(work, source.lines, source.supply_date or on)
        is_due_later = source.due_date is not None and source.due_date >= on
        return await self.make(
            work, source.id.bytes, **values, issue_date=on, template_id=template_id,
            due_date=source.due_date if is_due_later else None, **more,
        )  # fmt: skip

    async def update(
        self, work: UnitOfWork, context: Context, document_id: UUID, changes: Json
    ) -> DocumentT:
        """Change a draft."""
        said = await ask_document(work, context, changes)
        found = self.repository(work)
        known = await found.get_for_update(document_id)
        self.check_draft(known.status)
        named = {*changes}
        if not named.isdisjoint(_WHOSE):
            changes |= await self._owed(work, known, changes, said)
            named |= _WHOSE
        await check_named(work, changes)
        await check_template(work, changes.get("template_id"), self.kind)
        self.check_dates(_kept(known) | changes)
        changed = await found.update(known, **await _columns(work, known, changes))
        if changed is not known:
            names = [name for name in sorted(named) if _differs(known, changed, name)]
            work.publish(self.changed("updated", changed, changed=names))
        return changed

    async def _owed(self, work: UnitOfWork, known: DocumentT, changes: Json, said: Said) -> Json:
        """Who owes it from now on, and whom it is about; with what it takes of who owes."""
        owed = await owing(work, {OWING: known.client_id} | changes, said)
        if OWING not in changes:
            return {ABOUT: owed.for_client_id}
        return owed.columns | await self.defaults(work, {}, owed.client)

    async def delete(self, work: UnitOfWork, document_id: UUID) -> DocumentT:
        """Remove a draft."""
        found = self.repository(work)
        document = await found.get_for_update(document_id)
        self.check_draft(document.status)
        await found.delete(document)
        work.publish(self.changed("deleted", document))
        return document

    async def forget(self, work: UnitOfWork, client_id: UUID) -> None:
        """Remove the drafts of a client who is erased."""
        await self.repository(work).forget_drafts(client_id)


async def ask(
    work: UnitOfWork, context: Context, values: Mapping[str, Any], whose: str = "salesperson_id"
) -> Access | None:
    """All that others are asked of what is about a client, before the work's first statement."""
    await ask_named(work, context, values, whose)
    return await about.ask(work, context, values.get("client_id"))


async def ask_document(work: UnitOfWork, context: Context, values: Mapping[str, Any]) -> Said:
    """The same of a document, which another client may owe."""
    await ask_named(work, context, values)
    return await ask_owing(work, context, values)


async def ask_named(
    work: UnitOfWork, context: Context, values: Mapping[str, Any], whose: str = "salesperson_id"
) -> None:
    """The company and whoever of it is named, as far as they have not been heard of."""
    await ensure_tenant(context, work.tenant_id)
    if named := values.get("attachments"):
        check_files(named, await context.peers.visible_files(work, named))
    if values.get(whose):
        await ensure_user(context, work.tenant_id, values[whose])


def check_files(named: Sequence[UUID], seen: Collection[UUID]) -> None:
    """Raises UnknownFile."""
    for place, one in enumerate(named):
        if one not in seen:
            raise UnknownFile(field=f"attachments.{place}")


async def check_named(
    work: UnitOfWork, values: Mapping[str, Any], whose: str = "salesperson_id"
) -> None:
    """Raises UnknownSalesperson and UnknownBranch."""
    if values.get(whose):
        user = await people.user(work, values[whose])
        if user is None or not user.is_active:
            raise UnknownSalesperson(field=whose)
    if values.get("branch_id"):
        await check_branch(work, values["branch_id"])


async def _columns(work: UnitOfWork, known: DocumentRow, changes: Json) -> Json:
    """What is written of a change: also the figures, where they may be others now."""
    plain = {name: value for name, value in changes.items() if name not in FIGURED}
    if changes.keys().isdisjoint(FIGURED | _TAXED):
        return plain
    lines = known.lines
    if "lines" in changes:
        lines = await with_product_taxes(work, changes["lines"])
    if not changes.keys().isdisjoint(_TAXED):
        lines = await with_taxes(work, lines, _supplied(_kept(known) | changes))
    extras = {
        "discount": known.discount,
        "shipping": Money(known.shipping_minor, known.currency).format(),
        "deposit": Money(known.deposit_minor, known.currency).format(),
    } | changes  # fmt: skip
    return plain | figures(changes.get("currency", known.currency), lines, extras)


def _kept(known: DocumentRow) -> Json:
    return {one.name: getattr(known, one.name) for one in fields(known)}


def _supplied(values: Mapping[str, Any]) -> date:
    on: date = values["supply_date"] or values["issue_date"]
    return on


def _differs(known: DocumentRow, changed: DocumentRow, name: str) -> bool:
    column = _COLUMNS.get(name, name)
    return bool(getattr(known, column) != getattr(changed, column))
