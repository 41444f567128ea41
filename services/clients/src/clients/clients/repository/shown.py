"""A client as it is shown: the columns of its JSON, the same wherever it is read."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    FromClause,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.caller import Caller
from chassis.documents import Document
from clients.clients.repository.activity import told_beside
from clients.clients.repository.alike import possible_duplicates
from clients.clients.tables import clients
from clients.visible_fields.rules import HiddenFields
from refs import merges, visibility

# Named, not imported: unread news build on clients. They are beside the client, so that an event of
# any service touches neither the client's row nor its indexes.
_news: Final = table(
    "client_news", column("tenant_id", Uuid), column("client_id", Uuid),
    column("permission", Text), column("count", BigInteger),
)  # fmt: skip
_seen: Final = table(
    "client_seen", column("tenant_id", Uuid), column("client_id", Uuid), column("user_id", Uuid),
    column("permission", Text), column("count", BigInteger),
)  # fmt: skip
_PLAIN: Final = (
    "serial", "code", "kind", "type", "name", "business_name", "folder_id", "status_id",
    "pinned_status_id", "follow_up_status_id", "category_id", "tags", "phones", "emails",
    "addresses", "country_code", "currency", "language", "links", "tax_number",
    "registration_number", "national_id", "gender", "birth_date", "staff", "availability", "source",
    "external_id", "custom_fields", "credit_limit", "credit_days", "opening_balance",
    "invoicing_method", "barcode",
)  # fmt: skip

_NOBODY: Final = literal_column("null::uuid", Uuid)

# The tenant's rows without row-level security around them, which would keep LIKE from the
# trigram index (docs/decisions): the view has the tenant in its own condition.
tenant_clients: Final = table("tenant_clients", *(column(c.name, c.type) for c in clients.columns))


def told(source: FromClause, *, is_survivor: bool = False) -> Mapping[str, ColumnElement[Any]]:
    """All of a client's JSON, of a source that `with_activity` joined."""
    return listed(source, is_survivor=is_survivor) | {
        "possible_duplicates": possible_duplicates(source)
    }


def listed(source: FromClause, *, is_survivor: bool = False) -> dict[str, ColumnElement[Any]]:
    """What a list has of it."""
    return {**_shown(source, is_survivor=is_survivor), **told_beside(source.c.currency)}


def _shown(source: FromClause, *, is_survivor: bool) -> Mapping[str, ColumnElement[Any]]:
    """The columns of a client's row, read from the table or a row just written.

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
        "unread": unread(source),
        "photo_url": url + "/photo",
    }  # fmt: skip


def _bill_to(source: FromClause) -> ColumnElement[Any]:
    """Who pays, for those who see that client too; of a merged one the survivor."""
    named, payer = clients.alias("named_payer"), clients.alias("payer")
    is_seen = bindparam("sees_everything", type_=Boolean) | visibility.scope(payer)
    seen = (
        select(payer.c.id)
        .join_from(named, payer, (payer.c.tenant_id == named.c.tenant_id)
                   & (payer.c.id == merges.stands_for(named)))
        .where(named.c.tenant_id == source.c.tenant_id, named.c.id == source.c.bill_to_id, is_seen,
               payer.c.id != source.c.id)
    )  # fmt: skip
    return case((source.c.bill_to_id.is_not(None), seen.correlate(source).scalar_subquery()))


def _answers_for(source: FromClause) -> ColumnElement[Any]:
    """The ids of a client and of those merged into it."""
    merged = clients.alias("merged_client")
    others = select(merged.c.id).where(
        merged.c.tenant_id == source.c.tenant_id, merged.c.merged_into == source.c.id
    )
    listed = func.array(others.correlate(source).scalar_subquery(), type_=ARRAY(Uuid))
    return func.array_append(listed, source.c.id, type_=ARRAY(Uuid))


def unread(source: FromClause) -> ColumnElement[Any]:
    """How much of what others did the reader has not seen, of what they may read.

    What happened to a merged client is read as its survivor's.
    """
    left = _news.c.count - func.coalesce(_seen.c.count, literal_column("0"))
    found = (
        select(func.coalesce(func.sum(func.greatest(left, literal_column("0"))),
                             literal_column("0")))
        .select_from(_news)
        .outerjoin(_seen, (_seen.c.tenant_id == _news.c.tenant_id)
                   & (_seen.c.client_id == _news.c.client_id)
                   & (_seen.c.user_id == bindparam("reader_id", type_=Uuid))
                   & (_seen.c.permission == _news.c.permission))
        .where(
            _news.c.tenant_id == source.c.tenant_id,
            _news.c.client_id == any_(_answers_for(source)),
            bindparam("reads_all", type_=Boolean)
            | (_news.c.permission == any_(bindparam("readable", type_=ARRAY(Text)))),
        )
    )  # fmt: skip
    return found.correlate(source).scalar_subquery()


def reader_values(caller: Caller) -> dict[str, Any]:
    """What `unread` is counted for (a key has seen nothing and misses nothing), and what else of
    other services is told."""
    is_user = caller.user_id is not None
    readable = sorted(p for p in caller.permissions if p.endswith(":read")) if is_user else []
    return {
        "reader_id": caller.user_id, "readable": readable,
        "reads_all": is_user and caller.may("*"),
        "reads_money": caller.may("billing:read"), "reads_calendar": caller.may("scheduling:read"),
    }  # fmt: skip


def without_hidden(hidden: HiddenFields, found: Document) -> Document:
    """A client's JSON as the reader gets it."""
    if not hidden:
        return found
    client = orjson.loads(found.body)
    shown = hidden.without(UUID(client["folder_id"]), client)
    return Document(orjson.dumps(shown).decode(), found.version)
