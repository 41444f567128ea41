"""What many invoices name: asked of others before the work begins, then looked up in sets."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from billing.branches.repository import BranchRepository
from billing.branches.rules import UnknownBranch
from billing.defaults.repository import BillingSettingsRepository
from billing.defaults.use_cases import taken
from billing.documents.rules import UnknownSalesperson
from billing.documents.use_cases import owing
from billing.documents.use_cases.drafting import check_files
from billing.documents.use_cases.lines import of_products, taxed_with
from billing.documents.use_cases.owing import ABOUT, OWING, Known, Said, ask_each
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.tables import Invoice
from billing.paper_templates.rules import UnknownTemplate
from billing.paper_templates.use_cases import usable_templates
from billing.parties import use_cases as parties
from billing.products.repository import ProductRepository
from billing.taxes.repository import TaxRepository
from chassis.context import Context
from chassis.work import UnitOfWork
from refs import people
from refs.about import Subject, UnknownClient
from refs.home import home, today
from refs.reading import ensure_clients, ensure_tenant, ensure_users

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One of many invoices: a draft, or one that is issued at once."""

    values: Json
    digest: bytes
    is_issued: bool = False

    @property
    def id(self) -> UUID | None:
        """As its maker says, if they do."""
        found: UUID | None = self.values["id"]
        return found


@dataclass(frozen=True, slots=True)
class Asked:
    """What others said: of the clients, and of who sells and buys what is issued at once."""

    clients: Said
    parties: dict[parties.Whose, parties.Parties | UnknownClient]
    # Of the clients of what is issued at once.
    payers: dict[UUID, UUID | None]
    files: Collection[UUID]
    # Who owes what was drafted before and is issued now.
    drafted: Sequence[Json]


@dataclass(frozen=True, slots=True)
class Named:
    """All that is named, by its id, and what else a draft follows from."""

    clients: Known
    users: Collection[UUID]
    branches: Collection[UUID]
    templates: Collection[UUID]
    files: Collection[UUID]
    products: Mapping[UUID, Any]
    taxes: Mapping[UUID, Any]
    invoices: Mapping[UUID, Invoice]
    external_ids: Collection[str]
    settings: Any
    language: str
    currency: str
    today: date

    def check(self, values: Json) -> None:
        """Raises UnknownSalesperson, UnknownBranch, UnknownTemplate and UnknownFile."""
        if values["salesperson_id"] and values["salesperson_id"] not in self.users:
            raise UnknownSalesperson(field="salesperson_id")
        if values["branch_id"] and values["branch_id"] not in self.branches:
            raise UnknownBranch(field="branch_id")
        if values["template_id"] and values["template_id"] not in self.templates:
            raise UnknownTemplate(field="template_id")
        check_files(values["attachments"] or (), self.files)

    def defaults(self, values: Json, client: Subject | None) -> Json:
        """What a draft takes that was left open."""
        language = client.language if client and client.language else self.language
        return taken(self.settings, values, client, language)

    def lines(self, lines: Sequence[Json], on: date) -> list[Json]:
        """The lines with what they are taxed with on a day; raises what refuses them."""
        return taxed_with(of_products(lines, self.products), self.taxes, on)


async def ask(work: UnitOfWork, context: Context, wanted: Sequence[Wanted]) -> Asked:
    """All that others are asked, before the work's first statement; raises Unavailable."""
    await ensure_tenant(context, work.tenant_id)
    await ensure_users(context, work.tenant_id, _named(wanted, "salesperson_id"))
    drafts = await _whose_drafts(work, wanted)
    drafted = [{OWING: client_id, ABOUT: None} for client_id, _ in drafts]
    said = await ask_each(work, context, [*(one.values for one in wanted), *drafted])
    files = {file_id for one in wanted for file_id in one.values["attachments"] or ()}
    issued = [one.values for one in wanted if one.is_issued]
    found = await parties.ask_for_each(
        context, work.tenant_id, drafts | {(one[OWING], one.get(ABOUT)) for one in issued}
    )
    payers = {
        one[OWING]: of.payer_id for one in issued
        if ABOUT not in one and isinstance(of := found[one[OWING], None], parties.Parties)
    }  # fmt: skip
    others = {(payer, one) for one, payer in payers.items() if payer is not None}
    # Who was just made to pay may not have been heard of here.
    await ensure_clients(context, work.tenant_id, {payer for payer, _ in others})
    found |= await parties.ask_for_each(context, work.tenant_id, others)
    shown = await context.peers.visible_files(work, files) if files else ()
    return Asked(said, found, payers, shown, drafted)


async def _whose_drafts(work: UnitOfWork, wanted: Sequence[Wanted]) -> set[parties.Whose]:
    """Of what is sent again to be issued: as it was drafted, whoever pays by now."""
    if not (ids := {one.id for one in wanted if one.id and one.is_issued}):
        return set()
    async with work.database.work(work.caller) as own:
        return set((await InvoiceRepository(own).whose_drafts(ids)).values())


async def look_up(work: UnitOfWork, asked: Asked, wanted: Sequence[Wanted]) -> Named:
    """The rest, in so many statements, however many they are."""
    products = await ProductRepository(work).of(_of_lines(wanted, "product_id"))
    taxes = _of_lines(wanted, "tax_id") | {one.tax_id for one in products.values() if one.tax_id}
    users = await people.staff(work, user_ids=list(_named(wanted, "salesperson_id")))
    branches = await BranchRepository(work).of(_named(wanted, "branch_id"))
    invoices, tenant = InvoiceRepository(work), await people.tenant(work)
    names = {one.values["external_id"] for one in wanted if one.values["external_id"]}
    return Named(
        clients=await owing.known(
            work, [*(one.values for one in wanted), *asked.drafted], asked.clients, asked.payers
        ),
        users={one.id for one in users},
        branches={one.id for one in branches.values() if one.is_active},
        templates=await usable_templates(work, _named(wanted, "template_id"), "invoice"),
        files=asked.files, products=products,
        taxes=await TaxRepository(work).of(taxes) if taxes else {},
        invoices=await invoices.known_of(_named(wanted, "id")),
        external_ids=await invoices.external_ids(names) if names else (),
        settings=await BillingSettingsRepository(work).current(),
        language=tenant.locale if tenant else "", currency=(await home(work)).currency,
        today=await today(work),
    )  # fmt: skip


def _named(wanted: Sequence[Wanted], name: str) -> set[UUID]:
    return {one.values[name] for one in wanted if one.values[name]}


def _of_lines(wanted: Sequence[Wanted], name: str) -> set[UUID]:
    lines = (line for one in wanted for line in one.values["lines"])
    return {UUID(line[name]) for line in lines if line[name]}
