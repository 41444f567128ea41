"""Many invoices at once: each stands or is refused by itself, all in one transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from billing.defaults.rules import CreditLimitExceeded
from billing.documents.use_cases.drafting import FIGURED
from billing.invoices import events, rules
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.tables import Invoice
from billing.invoices.use_cases import credit
from billing.invoices.use_cases.drafts import check_dates
from billing.invoices.use_cases.issuing import Ready, issue_ready, ready_to_issue, whose
from billing.invoices.use_cases.naming import Asked, Named, Wanted, ask, look_up
from billing.parties.use_cases import Parties, Whose
from billing.totals.rules.written import figures
from chassis.context import Context
from chassis.errors import Failure, MissingPermission
from chassis.ids import new_id
from chassis.repository import IdTaken
from chassis.work import UnitOfWork
from refs.about import UnknownClient

ISSUE: Final = "billing:issue"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """One of them that stands: made now, or before by the same id and request."""

    invoice: Invoice
    is_new: bool
    warning: CreditLimitExceeded | None = None


@dataclass(slots=True)
class _Batch:
    """What becomes of each, by its place; the first of several that are the same stands."""

    refused: dict[int, Failure] = field(default_factory=dict)
    # By the ids that they have, or get.
    new: dict[UUID, Json] = field(default_factory=dict)
    known: dict[UUID, Invoice] = field(default_factory=dict)
    ids: dict[int, UUID] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def place(self, place: int, one: Wanted, named: Named) -> None:
        """Raises what refuses it."""
        known = named.invoices.get(one.id) if one.id else None
        if known is not None:
            # Whoever would owe it by now: nobody is made to.
            named.clients.check_seen(one.values)
            _check_same(known.digest, one)
            if one.is_issued and known.status == rules.Status.DRAFT:
                _check_owing(known, named)
            self.known[known.id] = known
        elif one.id in self.new:
            _check_same(self.new[one.id]["digest"], one)
        else:
            owed = named.clients.owing(one.values)
            self._add(one, one.values | owed.columns, owed.client, named)
        self.ids[place] = one.id or next(reversed(self.new))

    def _add(self, one: Wanted, values: Json, client: Any, named: Named) -> None:
        name = values["external_id"]
        if name and (name in named.external_ids or name in self.names):
            raise rules.InvoiceExternalIdTaken(field="external_id")
        row = {**_drafted(values, client, named), "id": one.id or new_id(), "digest": one.digest}
        self.names |= {name} - {None}
        self.new[row["id"]] = row

    def refuse(self, refused: Mapping[UUID, Failure]) -> None:
        """Some are not made, though nothing is wrong with them by themselves."""
        for place, invoice_id in list(self.ids.items()):
            if invoice_id in refused:
                self.refused[place] = refused[invoice_id]
                del self.ids[place]
        for invoice_id in refused:
            self.new.pop(invoice_id, None)


async def create_invoices(
    work: UnitOfWork, context: Context, wanted: Sequence[Wanted | Failure]
) -> list[Made | Failure]:
    """Write drafts down, and issue those that shall be; what each became, in their order."""
    sound = [one for one in wanted if isinstance(one, Wanted)]
    check_issues(work, sound)
    return await create_asked(work, await ask(work, context, sound), wanted)


def check_issues(work: UnitOfWork, wanted: Iterable[Wanted]) -> None:
    """What is issued at once is made by who may issue; raises MissingPermission."""
    if any(one.is_issued for one in wanted) and not work.caller.may(ISSUE):
        raise MissingPermission(permission=ISSUE)


async def preview_invoice(work: UnitOfWork, context: Context, values: Json) -> Json:
    """The columns that a draft would have; nothing is kept."""
    wanted = [Wanted(values, b"")]
    named = await look_up(work, await ask(work, context, wanted), wanted)
    return _drafted(values, named.clients.owing(values).client, named)


async def create_asked(
    work: UnitOfWork, asked: Asked, wanted: Sequence[Wanted | Failure]
) -> list[Made | Failure]:
    """The same once others were asked, of these or some of these."""
    sound = {place: one for place, one in enumerate(wanted) if isinstance(one, Wanted)}
    named = await look_up(work, asked, list(sound.values()))
    batch = _Batch({place: one for place, one in enumerate(wanted) if isinstance(one, Failure)})
    for place, one in sound.items():
        try:
            batch.place(place, one, named)
        except Failure as failure:
            batch.refused[place] = failure
    issuing = {batch.ids[place] for place, one in sound.items() if one.is_issued
               and place in batch.ids}  # fmt: skip
    ready = await _ready(work, batch, issuing, _parties(asked, named))
    known = set(batch.known)
    made = await _write(work, batch)
    # Not what somebody else was quicker to write, and so to issue.
    ours = known | batch.new.keys()
    issued = await issue_ready(work, [one for one in ready if one.draft.id in ours])
    warnings = await credit.warnings(work, issued)
    made |= {one.id: one for one in issued}

    def _result(invoice_id: UUID) -> Made:
        is_new = invoice_id in batch.new
        return Made(made[invoice_id], is_new, warnings.get(invoice_id))

    return [
        batch.refused[place] if place in batch.refused else _result(batch.ids[place])
        for place in range(len(wanted))
    ]


def _drafted(values: Json, client: Any, named: Named) -> Json:
    """The columns of a draft; raises what refuses it."""
    named.check(values)
    values = values | named.defaults(values, client)
    currency = values["currency"] or (client and client.currency) or named.currency
    values["issue_date"] = values["issue_date"] or named.today
    check_dates(values)
    lines = named.lines(values["lines"], values["supply_date"] or values["issue_date"])
    plain = {name: value for name, value in values.items() if name not in FIGURED}
    return plain | figures(currency, lines, values)


def _check_same(digest: bytes, one: Wanted) -> None:
    if digest != one.digest:
        raise IdTaken(field="id")


def _check_owing(draft: Invoice, named: Named) -> None:
    """Whether the caller may change who owes it; raises what refuses it, and BuyerChanged."""
    if draft.client_id is None:
        return
    found = named.clients.changeable.get(draft.client_id, rules.BuyerChanged())
    if isinstance(found, Failure):
        raise found


def _parties(asked: Asked, named: Named) -> dict[Whose, Parties | UnknownClient]:
    """Who buys, and about whom, by the clients that answer for those who were named."""
    seen = named.clients.seen.items()
    survivors = {one: client.id for one, client in seen if not isinstance(client, Failure)}

    def _now(whose: Whose) -> Whose:
        client_id, about_id = (survivors.get(one, one) if one else None for one in whose)
        return client_id, about_id if about_id != client_id else None

    # What was drafted before names them as they were.
    return {
        now: replace(of, for_client_id=None, for_client=None)
        if isinstance(of, Parties) and now[1] is None else of
        for now, of in ((_now(whose), of) for whose, of in asked.parties.items())
    } | asked.parties  # fmt: skip


async def _ready(
    work: UnitOfWork, batch: _Batch, issuing: Collection[UUID],
    asked: Mapping[Whose, Parties | UnknownClient],
) -> list[Ready]:  # fmt: skip
    """Those that can be issued; the others are refused before anything of them is written."""
    invoices = InvoiceRepository(work)
    drafts = [invoices.made(**row) for one, row in batch.new.items() if one in issuing]
    # Sent again they are issued, if they were not: the answer may have been lost between.
    drafts += [row for one, row in batch.known.items()
               if one in issuing and row.status == rules.Status.DRAFT]  # fmt: skip
    found = {one: of for one, of in asked.items() if isinstance(of, Parties)}
    unknown = {
        one.id: asked.get(whose(one), rules.BuyerChanged())
        for one in drafts if whose(one) not in found
    }  # fmt: skip
    sound = [one for one in drafts if one.id not in unknown]
    ready = await ready_to_issue(work, sound, found) if sound else []
    pairs = zip(sound, ready, strict=True)
    refused = {draft.id: one for draft, one in pairs if isinstance(one, Failure)}
    batch.refuse(refused | {k: v for k, v in unknown.items() if isinstance(v, Failure)})
    return [one for one in ready if isinstance(one, Ready)]


async def _write(work: UnitOfWork, batch: _Batch) -> dict[UUID, Invoice]:
    """Write the new ones down; all that stand, by their ids."""
    invoices = InvoiceRepository(work)
    # Everybody in the same order: nobody waits for who waits for them.
    in_order = sorted(batch.new.values(), key=lambda row: (row["external_id"] or "", row["id"]))
    made = await invoices.add_each_unless_taken([invoices.new(**row) for row in in_order])
    for one in sorted(made, key=lambda row: row.id):
        work.publish(events.invoice_changed("created", one))
    raced = batch.new.keys() - {one.id for one in made}
    if raced:
        await _settle(work, batch, raced)
    return {one.id: one for one in made} | batch.known


async def _settle(work: UnitOfWork, batch: _Batch, raced: Collection[UUID]) -> None:
    """Somebody was quicker: with the same, or with what has its id or its external id."""
    now = await InvoiceRepository(work).known_of(raced)
    refused: dict[UUID, Failure] = {}
    for one in raced:
        row = batch.new[one]
        if one in now and now[one].digest == row["digest"]:
            del batch.new[one]
            batch.known[one] = now[one]
        elif one in now or not row["external_id"]:
            refused[one] = IdTaken(field="id")
        else:
            refused[one] = rules.InvoiceExternalIdTaken(field="external_id")
    batch.refuse(refused)
