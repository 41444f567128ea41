"""Who else may be the same client: of those whom the reader sees, by what they see of them."""

from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    LargeBinary,
    Text,
    Uuid,
    all_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    not_,
    select,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from clients.clients.rules.alike import MOST_HOLDERS, MOST_SHOWN, untold
from clients.clients.tables import clients
from clients.visible_fields.rules import HiddenFields
from refs import visibility

_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_PRINTS: Final = bindparam("prints", type_=ARRAY(LargeBinary))
_UNTOLD: Final = bindparam("untold", type_=ARRAY(Text))


def alike_values(hidden: HiddenFields, prints: list[bytes] | None = None) -> dict[str, Any]:
    """The values of its parameters; of a client that is being written, the hashes of its identity
    number, which are not beside it yet."""
    return {"untold": untold(hidden), "prints": prints}


def possible_duplicates(source: FromClause) -> ColumnElement[Any]:
    """The others as JSON, at most five: those first that share the most, then the oldest."""
    c, other = source.c, clients.alias("other")
    found = func.alike_clients(
        _TENANT, c.id, c.folder_id, c.phone_keys, c.email_keys, c.tax_number,
        c.registration_number, c.national_id, c.birth_date, _PRINTS, _UNTOLD,
        literal_column(str(MOST_HOLDERS)),
    ).table_valued(column("client_id", Uuid), column("reason", Text), name="found")  # fmt: skip
    reason = found.c.reason
    place = cast(other.c.folder_id, Text) + literal_column("':'", Text) + reason
    each = (
        select(
            other.c.id, other.c.name, other.c.code,
            func.array_agg(aggregate_order_by(reason.distinct(), reason)).label("reasons"),
        )
        .join_from(found, other, (other.c.tenant_id == _TENANT) & (other.c.id == found.c.client_id))
        .where(other.c.merged_into.is_(None), not_(other.c.is_archived),
               visibility.scope(other), place != all_(_UNTOLD))
        .group_by(other.c.id, other.c.name, other.c.code)
        .order_by(func.count(reason.distinct()).desc(), other.c.id)
        .limit(literal_column(str(MOST_SHOWN)))
        .subquery("alike")
    )  # fmt: skip
    url = literal_column("'/v1/clients/'", Text) + cast(each.c.id, Text)
    told = func.json_build_object(
        literal_column("'id'"), each.c.id, literal_column("'name'"), each.c.name,
        literal_column("'code'"), each.c.code, literal_column("'url'"), url,
        literal_column("'reasons'"), each.c.reasons,
    )  # fmt: skip
    listed = select(func.json_agg(told)).select_from(each)
    return func.coalesce(listed.scalar_subquery(), literal_column("'[]'::json"))
