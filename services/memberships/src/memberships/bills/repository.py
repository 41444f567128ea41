"""All SQL of bills."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as putting

from chassis.repository import Repository
from chassis.rows import rows_of
from chassis.statements import statement
from chassis.tables import written_columns
from chassis.work import UnitOfWork
from memberships.bills.rules import CREDITED, WRITTEN_OFF, Action, State
from memberships.bills.tables import Bill, HeardInvoice, bills, heard_invoices
from memberships.peers import Invoice

_C: Final = bills.c
_H: Final = heard_invoices.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id")
_IS_PENDING: Final = _C.state == literal_column(f"'{State.PENDING}'", Text)
_IDS: Final = bindparam("ids", type_=ARRAY(Uuid))
# As long as an answer may be on its way.
_AT_ONCE: Final = timedelta(minutes=10)

_WAITING: Final = statement(
    select(*written_columns(bills)).where(_OURS, _IS_PENDING, _C.id == any_(_IDS)).order_by(_C.id)
)
# Also what was refused: somebody who asked at the same time may have been obeyed.
_LOCKED: Final = statement(
    select(*written_columns(bills))
    .where(_OURS, _C.state != literal_column(f"'{State.MADE}'", Text), _C.id == any_(_IDS))
    .order_by(_C.id)
    .with_for_update()
)
_SETTLED: Final = ("state", "request", "document_id", "amount_minor", "problem")
_given: Final = rows_of(bills, ["id", *_SETTLED])
_SETTLE: Final = statement(
    update(bills)
    .where(_OURS, _C.id == _given.c.id)
    .values({name: _given.c[name] for name in _SETTLED})
    .values(version=_C.version + 1, updated_at=bindparam("at", type_=DateTime(timezone=True)))
)
_again: Final = rows_of(bills, ["cause", "request"])
_ASK_AGAIN: Final = statement(
    update(bills)
    .where(_OURS, _C.cause == _again.c.cause,
           _C.state == literal_column(f"'{State.REFUSED}'", Text))
    .values(request=_again.c.request, state=literal_column(f"'{State.PENDING}'", Text),
            version=_C.version + 1, updated_at=bindparam("at", type_=DateTime(timezone=True)))
    .returning(*written_columns(bills))
)  # fmt: skip
_OF_INVOICES: Final = statement(
    select(*written_columns(bills)).where(
        _OURS, _C.document_id == any_(_IDS),
        _C.action == literal_column(f"'{Action.INVOICE}'", Text),
    )
)  # fmt: skip
# One that is known, or that a bill may have made which waits for its answer, be it that somebody
# was refused it at the same time.
_CONCERNS: Final = statement(
    select(or_(
        exists().where(_H.tenant_id == bindparam("tenant_id"),
                       _H.id == bindparam("id", type_=Uuid)),
        exists().where(_OURS, _IS_PENDING),
        exists().where(_OURS, _C.state == literal_column(f"'{State.REFUSED}'", Text),
                       _C.updated_at > bindparam("since", type_=DateTime(timezone=True))),
    ))
)  # fmt: skip
_LONG_PENDING: Final = statement(
    select(_C.id, _C.action)
    .where(_OURS, _IS_PENDING, _C.id > bindparam("after", type_=Uuid),
           _C.updated_at < bindparam("before", type_=DateTime(timezone=True)))
    .order_by(_C.id)
    .limit(bindparam("most"))
)  # fmt: skip
_IS_OWN_NOTE: Final = and_(
    _C.tenant_id == _H.tenant_id, _C.cause == any_(bindparam("causes", type_=ARRAY(Text))),
    _C.action == literal_column(f"'{Action.CREDIT}'", Text),
    _C.request["invoice_id"].astext == cast(_H.id, Text),
)  # fmt: skip
# What credit notes that were asked for here took off some invoices is theirs too.
_OWN_NOTES: Final = (
    select(func.coalesce(cast(func.sum(_C.amount_minor), BigInteger), literal_column("0")))
    .where(_IS_OWN_NOTE)
    .correlate(heard_invoices)
    .scalar_subquery()
)
# What waits for its answer may be what was heard of.
_GIVEN_BACK: Final = statement(
    select(_H.id).where(
        _H.tenant_id == bindparam("tenant_id"), _H.id == any_(_IDS),
        _H.status == literal_column(f"'{CREDITED}'", Text),
        or_(and_(_H.credited_minor <= _OWN_NOTES, literal_column("0") < _OWN_NOTES),
            exists().where(_IS_OWN_NOTE, _IS_PENDING).correlate(heard_invoices)),
    )
)  # fmt: skip
_CREDITED: Final = statement(
    select(exists().where(
        _H.tenant_id == bindparam("tenant_id"), _H.id == any_(_IDS),
        or_(_H.status == literal_column(f"'{WRITTEN_OFF}'", Text), _H.credited_minor > _OWN_NOTES),
    ))
)  # fmt: skip
_HEARD: Final = statement(
    select(*written_columns(heard_invoices)).where(
        _H.tenant_id == bindparam("tenant_id"), _H.id == any_(_IDS)
    )
)
_DROP_STRAY: Final = statement(
    delete(heard_invoices).where(
        _H.tenant_id == bindparam("tenant_id"), ~_H.is_ours,
        _H.updated_at < bindparam("before", type_=DateTime(timezone=True)),
        ~exists().where(_OURS, _IS_PENDING),
    )
)  # fmt: skip


class BillRepository(Repository[Bill]):
    """What was asked of billing."""

    table = bills
    row = Bill

    async def waiting(self, ids: Collection[UUID]) -> list[Bill]:
        """Those of some that wait for an answer; by id."""
        return await self.all(_WAITING, ids=list(ids))

    async def locked(self, ids: Collection[UUID]) -> list[Bill]:
        """Those of some that nothing came of yet, locked; by id."""
        return await self.all(_LOCKED, ids=list(ids))

    async def settle(self, answers: Sequence[Mapping[str, Any]]) -> None:
        """What became of each: its `id`, `state`, `request`, `document_id`, `amount_minor` and
        `problem`.
        """
        await self.work.execute(
            _SETTLE, tenant_id=self.work.tenant_id, rows=list(answers), at=self.work.now
        )

    async def ask_again(self, requests: Mapping[str, Any]) -> list[Bill]:
        """By their causes, what to ask now of those that were refused; those that wait now."""
        rows = [{"cause": cause, "request": one} for cause, one in requests.items()]
        values = {"tenant_id": self.work.tenant_id, "rows": rows, "at": self.work.now}
        return [Bill(**row) for row in await self.work.fetch(_ASK_AGAIN, **values)]

    async def of_invoices(self, ids: Collection[UUID]) -> dict[UUID, Bill]:
        """Whose invoices some are, by the invoices."""
        found = await self.all(_OF_INVOICES, ids=list(ids))
        return {one.document_id: one for one in found if one.document_id is not None}

    async def long_pending(
        self, before: datetime, after: UUID, most: int
    ) -> list[tuple[UUID, Action]]:
        """Some that wait since before then, by id, beyond this one; and what they want."""
        values = {"tenant_id": self.work.tenant_id, "before": before, "most": most}
        rows = await self.work.fetch(_LONG_PENDING, after=after, **values)
        return [(row["id"], Action(row["action"])) for row in rows]


async def may_concern(work: UnitOfWork, invoice_id: UUID) -> bool:
    """Whether an invoice is one that was made for memberships, or may be."""
    known = {"tenant_id": work.tenant_id, "id": invoice_id, "since": work.now - _AT_ONCE}
    return bool(await work.fetchval(_CONCERNS, **known))


async def hear(
    work: UnitOfWork, told: Collection[Invoice], *, are_ours: bool = False
) -> dict[UUID, HeardInvoice]:
    """Keep how invoices stand, unless something newer is known; how they stand now, locked.

    Each in one order, so that who keeps an answer and who hears an event wait for each other in no
    circle; of two that come with the same invoice the second sees all that the first has written.
    """
    rows = [
        {"tenant_id": work.tenant_id, "id": one.id, "version": one.version, "status": one.status,
         "total_minor": one.total_minor, "paid_minor": one.paid_minor,
         "credited_minor": one.credited_minor, "is_ours": are_ours, "created_at": work.now,
         "updated_at": work.now}
        for one in newest(told)
    ]  # fmt: skip
    found = await work.fetch(_HEAR, rows=rows) if rows else []
    return {row["id"]: HeardInvoice(**row) for row in found}


async def heard_of(work: UnitOfWork, ids: Collection[UUID]) -> dict[UUID, HeardInvoice]:
    """How some invoices stand, as far as was heard."""
    rows = await work.fetch(_HEARD, tenant_id=work.tenant_id, ids=list(ids)) if ids else []
    return {row["id"]: HeardInvoice(**row) for row in rows}


async def were_credited(
    work: UnitOfWork, invoice_ids: Collection[UUID], causes: Collection[str]
) -> bool:
    """Whether something was taken off one of these invoices, be it written off, besides what the
    bills of some causes had credited.
    """
    values = {"tenant_id": work.tenant_id, "ids": list(invoice_ids), "causes": list(causes)}
    return bool(await work.fetchval(_CREDITED, **values))


async def given_back_here(
    work: UnitOfWork, invoice_ids: Collection[UUID], causes: Collection[str]
) -> set[UUID]:
    """Those of these invoices all of which was credited, and by bills of these causes alone."""
    values = {"tenant_id": work.tenant_id, "ids": list(invoice_ids), "causes": list(causes)}
    return {row["id"] for row in await work.fetch(_GIVEN_BACK, **values)} if invoice_ids else set()


async def drop_strays(work: UnitOfWork, before: datetime) -> None:
    """Forget invoices that proved to be nobody's here."""
    await work.execute(_DROP_STRAY, tenant_id=work.tenant_id, before=before)


def newest(told: Collection[Invoice]) -> list[Invoice]:
    """Each invoice once, by id."""
    latest: dict[UUID, Invoice] = {}
    for one in told:
        if one.id not in latest or latest[one.id].version < one.version:
            latest[one.id] = one
    return [latest[key] for key in sorted(latest)]


_STANDS: Final = ("status", "total_minor", "paid_minor", "credited_minor")


def _hearing() -> Any:
    names = [one.name for one in written_columns(heard_invoices)]
    given = rows_of(heard_invoices, names).c
    put = putting(heard_invoices).from_select(names, select(*given).order_by(given.id))
    new = put.excluded
    is_newer = new.version > _H.version
    # Written in any case, as what is written is locked.
    return put.on_conflict_do_update(
        index_elements=["tenant_id", "id"],
        set_={
            "version": func.greatest(_H.version, new.version),
            **{name: case((is_newer, new[name]), else_=_H[name]) for name in _STANDS},
            "is_ours": or_(_H.is_ours, new.is_ours),
            "updated_at": case((is_newer, new.updated_at), else_=_H.updated_at),
        },
    ).returning(*written_columns(heard_invoices))


_HEAR: Final = statement(_hearing())
