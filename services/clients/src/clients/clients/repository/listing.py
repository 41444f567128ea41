"""Lists of clients: every filter, combined with the others and driven by an index."""

from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    column,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.paging import ListQuery, Paging
from chassis.work import UnitOfWork
from clients.clients.repository.shown import (
    last_activity,
    reader_values,
    shown,
    tenant_clients,
    unread,
)  # fmt: skip
from clients.clients.rules.filters import Asked
from clients.clients.rules.search import (
    EMAILS,
    NAMES,
    OR_IDS,
    PHONES,
    SEPARATOR,
    TextFilter,
    bind_name,
    shape_of,
)  # fmt: skip
from clients.custom_fields.repository import field_clause
from clients.custom_fields.rules.filters import PREFIX, FieldFilter
from clients.secrets.repository import secret_clause
from refs import visibility

_C: Final = tenant_clients.c
_PARTS: Final = {"name": NAMES, "phone": PHONES, "email": EMAILS}
# What is found by an index on text or arrays, or by a caller's share of the clients.
_RARE: Final = {"tag", "tag_all", "staff_id", "tag_or_none", "staff_id_or_none", "national_id"}


def _among(name: str, kind: Any = Text) -> ColumnElement[Any]:
    return any_(bindparam(name, type_=ARRAY(kind)))


def _optional(name: str, kind: Any) -> dict[str, ColumnElement[bool]]:
    """Filters of a field that may be empty: by values, by `none`, by either."""
    by_none = _C[name].is_(None)
    return {
        name: _C[name] == _among(name, kind), f"{name}_none": by_none,
        f"{name}_or_none": (_C[name] == _among(f"{name}_or_none", kind)) | by_none,
    }  # fmt: skip


def _overlapping(name: str, column_name: str, kind: Any) -> dict[str, ColumnElement[bool]]:
    """The same for a field with many values."""
    values, by_none = _C[column_name], _C[column_name] == text("'{}'")
    return {
        name: values.overlap(bindparam(name, type_=ARRAY(kind))), f"{name}_none": by_none,
        f"{name}_or_none": by_none
        | values.overlap(bindparam(f"{name}_or_none", type_=ARRAY(kind))),
    }  # fmt: skip


def _follow_up(name: str) -> ColumnElement[bool]:
    chosen = _among(name, Uuid)
    return (_C.pinned_status_id == chosen) | (_C.follow_up_status_id == chosen)


def _moment(name: str) -> ColumnElement[Any]:
    return bindparam(name, type_=DateTime(timezone=True))


_no_follow_up: Final = _C.pinned_status_id.is_(None) & _C.follow_up_status_id.is_(None)


class _Filters(dict[str, ColumnElement[bool]]):
    """The plain filters, and those of text and custom fields in whatever shape they come."""

    def __missing__(self, key: str) -> ColumnElement[bool]:
        if key.startswith(PREFIX):
            return field_clause(tenant_clients, key)
        field, counts = shape_of(key)
        found = [_C.id == _among("or_ids", Uuid)] if field.endswith(OR_IDS) else []
        field = field.removesuffix(OR_IDS)
        return or_(*found, *(
            and_(*(_text(field, bind_name(field, n, m)) for m in range(count)))
            for n, count in enumerate(counts)
        ))  # fmt: skip


def _text(field: str, name: str) -> ColumnElement[bool]:
    """The whole folded text is what the index holds; a part of it is looked at then."""
    pattern = bindparam(name, type_=Text)
    if field == "link":
        link = func.jsonb_array_elements_text(_C.links).table_valued(column("value", Text))
        return exists(select(link).where(func.lower(link.c.value).like(pattern)))
    found = _C.folded.like(pattern)
    if field not in _PARTS:
        return found
    part = func.split_part(_C.folded, SEPARATOR, _PARTS[field])
    return found & part.like(pattern)


_FILTERS: Final = _Filters({
    "nothing": false(),
    "archived": _C.is_archived == bindparam("archived"),
    "kind": _C.kind == _among("kind"),
    "folder_id": _C.folder_id == _among("folder_id", Uuid),
    "status_id": _C.status_id == _among("status_id", Uuid),
    **_optional("category_id", Uuid),
    "follow_up_status_id": _follow_up("follow_up_status_id"),
    "follow_up_status_id_none": _no_follow_up,
    "follow_up_status_id_or_none": _follow_up("follow_up_status_id_or_none") | _no_follow_up,
    **_overlapping("tag", "tags", Text), **_overlapping("staff_id", "staff_ids", Uuid),
    "tag_all": _C.tags.contains(bindparam("tag_all", type_=ARRAY(Text))),
    "without_tag": not_(_C.tags.overlap(bindparam("without_tag", type_=ARRAY(Text)))),
    "phone_none": _C.phone_keys == text("'{}'"), "email_none": _C.email_keys == text("'{}'"),
    **_optional("currency", Text), **_optional("country_code", Text),
    "code": _C.code_key == _among("code"),
    "external_id": _C.external_id == _among("external_id"),
    "national_id": secret_clause(
        tenant_clients, literal_column("'national_id'", Text),
        bindparam("national_id", type_=ARRAY(LargeBinary)),
    ),
    "serial": _C.serial == _among("serial", Integer),
    "serial_from": _C.serial >= bindparam("serial_from", type_=Integer),
    "serial_to": _C.serial < bindparam("serial_to", type_=Integer),
    "last_activity_from": last_activity(tenant_clients) >= _moment("last_activity_from"),
    "last_activity_to": last_activity(tenant_clients) < _moment("last_activity_to"),
    "unread": (unread(tenant_clients) > literal_column("0")) == bindparam("unread", type_=Boolean),
})  # fmt: skip


def _listing(*where: ColumnElement[bool]) -> ListQuery:
    return ListQuery(
        source=tenant_clients, columns=shown(tenant_clients), where=where, filters=_FILTERS,
        sorts={n: _C[n] for n in ("updated_at", "created_at", "name", "serial")},
        default_sort="-updated_at", key=_C.id,
    )  # fmt: skip


_EVERYTHING: Final = _listing()
_VISIBLE: Final = _listing(visibility.scope(tenant_clients))


async def list_clients(work: UnitOfWork, paging: Paging, asked: Asked) -> bytes:
    """A page of the clients that the caller sees, as JSON."""
    sight = await visibility.sight_of(work)
    given = {**asked.plain, **{found.key: found.alternatives for found in asked.texts}}
    given |= {found.shape.key: found.asked for found in asked.fields}
    shaped: list[TextFilter | FieldFilter] = [*asked.texts, *asked.fields]
    binds = {name: value for found in shaped for name, value in found.binds().items()}
    if shaped or not sight.sees_everything or not _RARE.isdisjoint(asked.plain):
        await work.plan_for_values()
    listing = _EVERYTHING if sight.sees_everything else _VISIBLE
    binds |= reader_values(work.caller)
    return await listing.page(work, paging, given, **binds, **sight.values())
