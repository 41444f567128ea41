"""The SQL of what was earned in a time, by what one asks for."""

from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    JSON,
    ColumnElement,
    FromClause,
    Text,
    Uuid,
    cast,
    func,
    literal_column,
    null,
    select,
    true,
)

from billing.branches.tables import branches
from billing.products.tables import products
from billing.reports.repository import clauses
from billing.reports.repository.clauses import HOME, TENANT, word
from billing.reports.repository.documents import FIGURES, documents, parts
from billing.reports.rules.periods import Group
from chassis.amounts import amount
from chassis.paging import ListQuery
from chassis.statements import Statement, statement
from refs.tables import client_refs, identity_users

Column = ColumnElement[Any]
SUMS: Final = ("net", "tax", "rounding", "total")
COUNTS: Final = ("invoices", "credit_notes")
_OF_LINES: Final = ("product", "tax")
_OF_CLIENTS: Final = ("client", "folder", "tag")
_NAMED: Final[dict[Group, Any]] = {
    "branch": branches, "salesperson": identity_users, "client": client_refs, "product": products,
}  # fmt: skip
_PERIOD: Final = ("date_from", "date_to")


@lru_cache(maxsize=16)
def listing(group: Group) -> ListQuery:
    """The groups, those that brought in most first; months in their order."""
    groups = _groups(group)
    key = func.coalesce(groups.c.key, word(""), type_=Text)
    return ListQuery(
        source=groups, where=(), filters=clauses.FILTERS | dict.fromkeys(_PERIOD, true()),
        columns={
            "key": groups.c.key, "name": _name(group, groups.c.key), **_about(group, groups),
            **{f"{name}_at_home": amount(groups.c[f"home_{name}"], HOME) for name in SUMS},
            "currencies": groups.c.currencies,
        },
        sorts={"net": groups.c.home_net, "key": key},
        default_sort="key" if group == "month" else "-net", key=cast(func.md5(key), Uuid),
    )  # fmt: skip


def _totals() -> Statement:
    rows = documents()
    each = (
        select(rows.c.currency, *_summed(rows), *_counted(rows)).group_by(rows.c.currency)
    ).subquery("each_currency")  # fmt: skip
    told = clauses.amounts(each, *SUMS) | {name: each.c[name] for name in COUNTS}
    home = [each.c[f"home_{name}"] for name in SUMS]
    return statement(
        select(*(one.label(name) for name, one in told.items()), *home).order_by(each.c.currency)
    )


def _groups(group: Group) -> FromClause:
    rows = documents(with_lines=group in _OF_LINES)
    if group in _OF_LINES:
        source, part = parts(rows)
        key, sums = _key_of_line(group, part), _summed(part, rows.c.sign)
    else:
        source, key = _whole(group, rows)
        sums = _summed(rows)
    each = (
        select(key.label("key"), rows.c.currency, *sums, *_counted(rows))
        .select_from(source).group_by(key, rows.c.currency)
    ).subquery("each_currency")  # fmt: skip
    told = clauses.amounts(each, *SUMS) | {name: each.c[name] for name in COUNTS}
    return (
        select(each.c.key, *clauses.sums_of(each, *(f"home_{name}" for name in SUMS)),
               clauses.listed(each, told).label("currencies"))
        .group_by(each.c.key)
    ).subquery("groups")  # fmt: skip


def _key_of_line(group: Group, part: FromClause) -> Column:
    if group == "product":
        return cast(part.c.product_id, Text)
    tax: Column = part.c.category + word(" ") + part.c.rate
    return tax


def _whole(group: Group, rows: FromClause) -> tuple[FromClause, Column]:
    if group == "month":
        return rows, func.to_char(rows.c.issue_date, word("YYYY-MM"), type_=Text)
    if group not in _OF_CLIENTS:
        return rows, cast(rows.c[f"{group}_id"], Text)
    source, kept, client_id = clauses.with_clients(rows)
    if group == "tag":
        tags = select(func.unnest(kept.c.tags, type_=Text).label("tag")).correlate(kept)
        tag = tags.lateral("each_tag")
        return source.outerjoin(tag, true()), tag.c.tag
    return source, cast(client_id if group == "client" else kept.c.folder_id, Text)


def _summed(figures: FromClause, sign: Column | None = None) -> list[Column]:
    told = {name: figures.c[name] if sign is None else sign * figures.c[name] for name in FIGURES}
    for place in ("", "home_"):
        told[f"{place}total"] = told[f"{place}net"] + told[f"{place}tax"] + told[f"{place}rounding"]
    return clauses.minors(told)


def _counted(rows: FromClause) -> list[Column]:
    return [
        func.count(rows.c.id.distinct()).filter(rows.c.sign == literal_column(sign)).label(name)
        for name, sign in zip(COUNTS, ("1", "-1"), strict=True)
    ]


def _name(group: Group, key: Column) -> Column:
    """What it is called now: a text, or one in each language; months and tags say it themselves."""
    if (table := _NAMED.get(group)) is None:
        return cast(null(), JSON)
    found = select(func.to_json(table.c.name)).where(
        table.c.tenant_id == TENANT, table.c.id == cast(key, Uuid)
    )
    return found.scalar_subquery()


def _about(group: Group, groups: FromClause) -> dict[str, Column]:
    is_client = group == "client"
    client_id = cast(groups.c.key, Uuid) if is_client else cast(null(), Uuid)
    url = literal_column("'/v1/clients/'", Text) + groups.c.key if is_client else cast(null(), Text)
    return {"client_id": client_id, "url": url}


TOTALS: Final = _totals()
"""By currency, of the documents: who has two tags is in two groups, and here once."""
