"""A client as it is shown: the columns of its JSON, the same wherever it is read."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    FromClause,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
)

from clients.clients.tables import clients
from refs import visibility

# Named, not imported: the timeline builds on clients. It is beside the client, so that an event
# of any service touches neither the client's row nor its indexes.
_activity: Final = table(
    "client_activity", column("tenant_id", Uuid), column("client_id", Uuid),
    column("last_activity_at", DateTime(timezone=True)),
)  # fmt: skip
_PLAIN: Final = (
    "serial", "code", "kind", "type", "name", "business_name", "folder_id", "status_id",
    "pinned_status_id", "follow_up_status_id", "category_id", "tags", "phones", "emails",
    "addresses", "country_code", "currency", "language", "links", "tax_number",
    "registration_number", "national_id", "gender", "birth_date", "staff", "availability", "source",
    "external_id", "custom_fields",
)  # fmt: skip

_NOBODY: Final = literal_column("null::uuid", Uuid)

# The tenant's rows without row-level security around them, which would keep LIKE from the
# trigram index (docs/decisions): the view has the tenant in its own condition.
tenant_clients: Final = table("tenant_clients", *(column(c.name, c.type) for c in clients.columns))


def shown(source: FromClause, *, is_survivor: bool = False) -> Mapping[str, ColumnElement[Any]]:
    """The columns of a client's JSON, read from the table, the view or a row just written.

    A survivor that answers for another id names itself as what that one was merged into.
    """
    c = source.c
    url = literal_column("'/v1/clients/'", Text) + cast(c.id, Text)
    return {
        "id": c.id, "version": c.version, "created_at": c.created_at, "updated_at": c.updated_at,
        "url": url,
        **{name: c[name] for name in _PLAIN},
        "bill_to_id": _bill_to(source), "merged_into": c.id if is_survivor else _NOBODY,
        "archived": c.is_archived,
        "last_activity_at": last_activity(source), "photo_url": url + "/photo",
    }  # fmt: skip


def _bill_to(source: FromClause) -> ColumnElement[Any]:
    """Who pays, for those who see that client too; of a merged one the survivor."""
    named, payer = clients.alias("named_payer"), clients.alias("payer")
    is_seen = bindparam("sees_everything", type_=Boolean) | visibility.scope(payer)
    seen = (
        select(payer.c.id)
        .join_from(named, payer, (payer.c.tenant_id == named.c.tenant_id)
                   & (payer.c.id == func.coalesce(named.c.merged_into, named.c.id)))
        .where(named.c.tenant_id == source.c.tenant_id, named.c.id == source.c.bill_to_id, is_seen,
               payer.c.id != source.c.id)
    )  # fmt: skip
    return case((source.c.bill_to_id.is_not(None), seen.correlate(source).scalar_subquery()))


def last_activity(source: FromClause) -> ColumnElement[Any]:
    """When anything last happened to the client, in any service; null before that is heard."""
    found = select(_activity.c.last_activity_at).where(
        _activity.c.tenant_id == source.c.tenant_id, _activity.c.client_id == source.c.id
    )
    return found.correlate(source).scalar_subquery()
