"""The SQL of what clients owe, by how long it is due."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Integer,
    Numeric,
    Select,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from billing.invoices.rules import OWED
from billing.invoices.tables import invoices
from billing.ledger.rules import Account
from billing.ledger.tables import ledger_entries
from billing.payments.repository.payments import scope as payment_scope
from billing.payments.rules import Status
from billing.payments.tables import payments
from billing.reports.repository import clauses
from billing.reports.repository.clauses import HOME, TENANT, ZERO, word
from chassis.amounts import amount
from chassis.paging import ListQuery
from chassis.statements import statement
from refs.merges import about_clients
from refs.tables import client_refs

_I: Final = invoices.c
_E: Final = ledger_entries.c
_P: Final = payments.c
_AS_OF: Final = bindparam("as_of", type_=Date)
# Entries of later days are of later moments: so the index by their moment serves.
_LATER: Final = and_(
    _E.tenant_id == TENANT, _E.on_date > _AS_OF,
    _E.at >= bindparam("not_before", type_=DateTime(timezone=True)),
)  # fmt: skip
_IS_OPEN: Final = or_(*(_I.status == word(one.value) for one in OWED))
_LEFT: Final = _P.amount_minor - _P.allocated_minor - _P.refunded_minor - _P.drawn_minor
# As the partial index says it.
_HAS_LEFT: Final = and_(_P.status != word(Status.BOUNCED.value), _LEFT > ZERO)
# From how many days after the due date to how many: 0 is the due date itself.
BUCKETS: Final[dict[str, tuple[int | None, int | None]]] = {
    "current": (None, 0), "days_1_30": (1, 30), "days_31_60": (31, 60), "days_61_90": (61, 90),
    "days_over_90": (91, None),
}  # fmt: skip
AMOUNTS: Final = (*BUCKETS, "due", "overdue", "credit")


def _of_asked(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Of these clients and of those merged into them, if any are named."""
    asked = bindparam("client_ids", type_=ARRAY(Uuid))
    return or_(asked.is_(None), about_clients(client_refs, column, asked))


def _owed() -> FromClause:
    """What was left of each invoice: what is left now, less what was posted since."""
    plain = (_I.id, _I.client_id, _I.currency, _I.due_date, _I.total_minor, _I.home_currency,
             _I.home_total_minor)  # fmt: skip
    left = _I.total_minor - _I.paid_minor - _I.credited_minor - _I.written_off_minor
    seen = (*clauses.documents_of(invoices), _of_asked(_I.client_id))
    now = select(*plain, left.label("minor")).where(*seen, _IS_OPEN)
    since = (
        select(*plain, (-_E.amount_minor).label("minor"))
        .join_from(ledger_entries, invoices,
                   and_(_I.tenant_id == _E.tenant_id, _I.id == _E.document_id))
        .where(_LATER, _E.account == word(Account.RECEIVABLE.value), *seen)
    )  # fmt: skip
    each = union_all(now, since).subquery("each_move")
    kept = [each.c[one.name] for one in plain]
    return select(*kept, *clauses.sums_of(each, "minor")).group_by(*kept).subquery("owed")


def _aged(owed: FromClause) -> Select[Any]:
    """By client and currency, in the buckets; `home` is what it was worth as it was issued."""
    days = _AS_OF.op("-", return_type=Integer())(owed.c.due_date)
    home = case(
        (and_(owed.c.home_currency == HOME, owed.c.total_minor > ZERO),
         func.round(cast(owed.c.home_total_minor, Numeric) * owed.c.minor / owed.c.total_minor)),
        else_=ZERO,
    )  # fmt: skip
    sums = {
        name: case((_within(days, *limits), owed.c.minor), else_=ZERO)
        for name, limits in BUCKETS.items()
    }
    named = {**sums, "due": owed.c.minor, "overdue": case((days > ZERO, owed.c.minor), else_=ZERO)}
    return (
        select(owed.c.client_id, owed.c.currency, *clauses.minors(named), ZERO.label("credit"),
               *clauses.minors({"home": home}))
        .where(owed.c.minor != ZERO).group_by(owed.c.client_id, owed.c.currency)
    )  # fmt: skip


def _within(days: ColumnElement[Any], first: int | None, last: int | None) -> ColumnElement[bool]:
    limits = []
    if first is not None:
        limits.append(days >= literal_column(str(first), Integer))
    if last is not None:
        limits.append(days <= literal_column(str(last), Integer))
    return and_(*limits)


def _credit() -> Select[Any]:
    """What was left of payments, likewise. Of no branch and no salesperson, so not of one."""
    seen = (
        _P.tenant_id == TENANT, payment_scope(payments), clauses.of_clients(_P.client_id),
        _of_asked(_P.client_id),
        *(bindparam(name, type_=ARRAY(Uuid)).is_(None)
          for name in clauses.OF_DOCUMENTS),
    )  # fmt: skip
    now = select(_P.client_id, _P.currency, _LEFT.label("minor")).where(*seen, _HAS_LEFT)
    since = (
        select(_P.client_id, _P.currency, _E.amount_minor.label("minor"))
        .join_from(ledger_entries, payments,
                   and_(_P.tenant_id == _E.tenant_id, _P.id == _E.document_id))
        .where(_LATER, _E.account == word(Account.CREDIT.value), *seen)
    )  # fmt: skip
    each = union_all(now, since).subquery("each_credit")
    nothing = [ZERO.label(name) for name in AMOUNTS[:-1]]
    sums = clauses.sums_of(each, "minor")[0].label("credit")
    return (
        select(each.c.client_id, each.c.currency, *nothing, sums, ZERO.label("home"))
        .group_by(each.c.client_id, each.c.currency)
    )  # fmt: skip


def _by_client(rows: FromClause) -> FromClause:
    """All currencies of a client, of whom something is owed or left."""
    joined, kept, client_id = clauses.with_clients(rows)
    each = (
        select(client_id.label("client_id"), kept.c.name, rows.c.currency,
               *clauses.sums_of(rows, *AMOUNTS, "home"))
        .select_from(joined).group_by(client_id, kept.c.name, rows.c.currency)
    ).subquery("each_currency")  # fmt: skip
    return (
        select(each.c.client_id, each.c.name, *clauses.sums_of(each, "home"),
               clauses.listed(each, clauses.amounts(each, *AMOUNTS)).label("currencies"))
        .where(or_(each.c.due != ZERO, each.c.credit != ZERO))
        .group_by(each.c.client_id, each.c.name)
    ).subquery("by_client")  # fmt: skip


_ROWS: Final = union_all(_aged(_owed()), _credit()).subquery("each_part")
_CLIENTS: Final = _by_client(_ROWS)
LIST: Final = ListQuery(
    source=_CLIENTS, where=(), filters=clauses.FILTERS | {"as_of": true(), "client_ids": true()},
    columns={**clauses.linked(_CLIENTS), "due_at_home": amount(_CLIENTS.c.home, HOME),
             "currencies": _CLIENTS.c.currencies},
    sorts={"due": _CLIENTS.c.home, "name": func.coalesce(_CLIENTS.c.name, word(""))},
    default_sort="-due", key=func.coalesce(_CLIENTS.c.client_id, clauses.NOBODY),
)  # fmt: skip
_summed = (
    select(_ROWS.c.currency, *clauses.sums_of(_ROWS, *AMOUNTS, "home"))
    .group_by(_ROWS.c.currency)
).subquery("summed")  # fmt: skip
TOTALS: Final = statement(
    select(*(one.label(name) for name, one in clauses.amounts(_summed, *AMOUNTS).items()),
           cast(_summed.c.home, BigInteger).label("home"))
    .where(or_(_summed.c.due != ZERO, _summed.c.credit != ZERO)).order_by(_summed.c.currency)
)  # fmt: skip
