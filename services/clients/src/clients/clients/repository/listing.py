"""Lists of clients: every filter, combined with the others and driven by an index."""

from typing import Any, Final
from uuid import UUID

import orjson
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
    case,
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

from chassis.documents import by_ids
from chassis.paging import ListQuery, Paging
from chassis.statements import Statement
from chassis.work import UnitOfWork
from clients.clients.repository.activity import is_known, when, with_activity
from clients.clients.repository.shown import listed, reader_values, tenant_clients, unread
from clients.clients.rules.filters import Asked
from clients.clients.rules.search import (
    EMAILS,
    NAMES,
    OR_IDS,
    OR_NONE,
    PHONES,
    SEPARATOR,
    bind_name,
    shape_of,
)  # fmt: skip
from clients.clients.tables import clients
from clients.custom_fields.repository import field_clause
from clients.custom_fields.rules.filters import PREFIX
from clients.secrets.repository import secret_clause
from clients.standings.repository import has_package, is_package
from clients.visible_fields.repository import hidden_fields
from clients.visible_fields.rules import HiddenFields
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


def _known_by(name: str, column_name: str) -> ColumnElement[bool]:
    """A key that others know a client by, its own or that of one merged into it."""
    values, merged = bindparam(name, type_=ARRAY(Text)), clients.alias("merged_client")
    others = select(merged.c.merged_into).where(
        merged.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        merged.c.merged_into.is_not(None), merged.c[column_name] == any_(values),
    )  # fmt: skip
    survivors = func.array(others.scalar_subquery(), type_=ARRAY(Uuid))
    return (_C[column_name] == any_(values)) | (_C.id == any_(survivors))


def _follow_up(name: str) -> ColumnElement[bool]:
    chosen = _among(name, Uuid)
    return (_C.pinned_status_id == chosen) | (_C.follow_up_status_id == chosen)


def _moment(name: str) -> ColumnElement[Any]:
    return bindparam(name, type_=DateTime(timezone=True))


def _ago(name: str) -> ColumnElement[Any]:
    """So many days ago, each of 24 hours."""
    hours = bindparam(name, type_=Integer) * literal_column("24", Integer)
    return func.now() - func.make_interval(*_NO_INTERVALS, hours)


_NO_INTERVALS: Final = [literal_column("0", Integer)] * 4  # years, months, weeks, days
_no_follow_up: Final = _C.pinned_status_id.is_(None) & _C.follow_up_status_id.is_(None)


class _Filters(dict[str, ColumnElement[bool]]):
    """The plain filters, and those of text and custom fields in whatever shape they come."""

    def text(self, field: str, name: str) -> ColumnElement[bool]:
        """One pattern of a text parameter."""
        return _text(field, name)

    def ids(self) -> ColumnElement[bool]:
        """Who is found by what is in no text."""
        return _C.id == _among("or_ids", Uuid)

    def __missing__(self, key: str) -> ColumnElement[bool]:
        if key.startswith(PREFIX):
            return field_clause(tenant_clients, key)
        field, counts = shape_of(key)
        found = [self.ids()] if field.endswith(OR_IDS) else []
        field = field.removesuffix(OR_IDS)
        found += [self[f"{field.removesuffix(OR_NONE)}_none"]] if field.endswith(OR_NONE) else []
        field = field.removesuffix(OR_NONE)
        return or_(*found, *(
            and_(*(self.text(field, bind_name(field, n, m)) for m in range(count)))
            for n, count in enumerate(counts)
        ))  # fmt: skip


def _text(field: str, name: str) -> ColumnElement[bool]:
    """The whole folded text is what the index holds; a part of it is looked at then."""
    pattern = bindparam(name, type_=Text)
    if field == "link":
        link = func.jsonb_array_elements_text(_C.links).table_valued(column("value", Text))
        return exists(select(link).where(func.lower(link.c.value).like(pattern)))
    found = _C.folded.like(pattern)
    return found & _part(field, _C.folded).like(pattern) if field in _PARTS else found


def _part(field: str, folded: ColumnElement[str]) -> ColumnElement[str]:
    return func.split_part(folded, SEPARATOR, _PARTS[field]) if field in _PARTS else folded


def _unless_hidden(name: str, value: ColumnElement[Any], otherwise: Any = None) -> Any:
    return case((_C.folder_id == _among(f"hides_{name}", Uuid), otherwise), else_=value)


_no_keys: Final = literal_column("'{}'", ARRAY(Text))
# What a client is found by as far as its folder shows it: only of those found, and in folders
# that hide something.
_shown_text: Final = func.client_text(
    _C.name, _unless_hidden("business_name", _C.business_name),
    _unless_hidden("phones", _C.phone_keys, _no_keys),
    _unless_hidden("emails", _C.email_keys, _no_keys), _C.code_key,
    _unless_hidden("tax_number", _C.tax_number),
    _unless_hidden("registration_number", _C.registration_number),
    _unless_hidden("tags", _C.tags, _no_keys), _unless_hidden("custom_fields", _C.custom_text),
)  # fmt: skip
_SEARCHED: Final = (
    "business_name", "phones", "emails", "tax_number", "registration_number", "tags",
    "custom_fields",
)  # fmt: skip


class _ShownFilters(_Filters):
    """The same for callers from whom some folders hide fields: nothing is found by those."""

    def text(self, field: str, name: str) -> ColumnElement[bool]:
        if field == "link":
            return super().text(field, name)
        shown = _part(field, _shown_text).like(bindparam(name, type_=Text))
        is_whole = not_(_C.folder_id == _among("hiding_folders", Uuid))
        return super().text(field, name) & (is_whole | shown)

    def ids(self) -> ColumnElement[bool]:
        return super().ids() & not_(_C.folder_id == _among("hides_numbers", Uuid))


_PLAIN: Final[dict[str, ColumnElement[bool]]] = {
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
    "link_none": _C.links == text("'[]'"),
    **_optional("currency", Text), **_optional("country_code", Text),
    "code": _known_by("code", "code_key"),
    **{name: _known_by(name, name) for name in ("external_id", "barcode")},
    "national_id": secret_clause(
        tenant_clients, literal_column("'national_id'", Text),
        bindparam("national_id", type_=ARRAY(LargeBinary)),
    ),
    "serial": _C.serial == _among("serial", Integer),
    "serial_from": _C.serial >= bindparam("serial_from", type_=Integer),
    "serial_to": _C.serial < bindparam("serial_to", type_=Integer),
    "last_activity_from": is_known(
        tenant_clients, lambda known: known["last_activity_at"] >= _moment("last_activity_from")
    ),
    "last_activity_to": is_known(
        tenant_clients, lambda known: known["last_activity_at"] < _moment("last_activity_to")
    ),
    "last_contact_from": is_known(
        tenant_clients, lambda known: known["last_contact_at"] >= _moment("last_contact_from")
    ),
    "last_contact_to": is_known(
        tenant_clients, lambda known: known["last_contact_at"] < _moment("last_contact_to")
    ),
    "last_contact_at_none": not_(
        is_known(tenant_clients, lambda known: known["last_contact_at"].is_not(None))
    ),
    "days_since_contact_from": is_known(
        tenant_clients, lambda known: known["last_contact_at"] <= _ago("days_since_contact_from")
    ),
    "days_since_contact_to": is_known(
        tenant_clients, lambda known: known["last_contact_at"] > _ago("days_since_contact_to")
    ),
    "package_id": has_package(tenant_clients, is_package("package_id")),
    "package_id_none": not_(has_package(tenant_clients)),
    "package_id_or_none": has_package(tenant_clients, is_package("package_id_or_none"))
    | not_(has_package(tenant_clients)),
    "unread": (unread(tenant_clients) > literal_column("0")) == bindparam("unread", type_=Boolean),
}  # fmt: skip


_SORTS: Final = {n: _C[n] for n in ("updated_at", "created_at", "name", "serial")} | {
    n: when(tenant_clients, n) for n in ("last_activity_at", "last_contact_at")
}


_page = (clients.c.tenant_id == bindparam("tenant_id", type_=Uuid)) & (
    clients.c.id == _among("ids", Uuid)
)
_TOLD: Final = by_ids(with_activity(clients), listed(clients), _page, visibility.scope(clients))
_TOLD_ANY: Final = by_ids(with_activity(clients), listed(clients), _page)


def _listing(filters: _Filters, told: Statement, *where: ColumnElement[bool]) -> ListQuery:
    return ListQuery(
        source=tenant_clients, told=told, where=where, filters=filters,
        sorts=_SORTS, default_sort="-updated_at", key=_C.id,
    )  # fmt: skip


_EVERYTHING: Final = _listing(_Filters(_PLAIN), _TOLD_ANY)
_VISIBLE: Final = _listing(_Filters(_PLAIN), _TOLD, visibility.scope(tenant_clients))
_SHOWN: Final = _listing(
    _ShownFilters(_PLAIN), _TOLD,
    visibility.scope(tenant_clients),
    not_(_C.folder_id == _among("hides_filters", Uuid)),
)  # fmt: skip


async def list_clients(work: UnitOfWork, paging: Paging, asked: Asked) -> bytes:
    """A page of the clients that the caller sees, as JSON, with what their folders show of them."""
    sight, hidden = await visibility.sight_of(work), await hidden_fields(work)
    is_shaped = asked.texts or asked.fields or hidden
    if is_shaped or not sight.sees_everything or not _RARE.isdisjoint(asked.plain):
        await work.plan_for_values()
    values = asked.binds() | sight.values() | reader_values(work.caller)
    if hidden:
        return await _shown_page(work, paging, asked, hidden, values)
    listing = _EVERYTHING if sight.sees_everything else _VISIBLE
    return await listing.page(work, paging, asked.given, **values)


async def _shown_page(
    work: UnitOfWork, paging: Paging, asked: Asked, hidden: HiddenFields, values: dict[str, Any]
) -> bytes:
    """The same for somebody from whom some folders hide fields."""
    folders = {f"hides_{name}": hidden.hiding(name) for name in _SEARCHED}
    folders |= {
        "hiding_folders": [*hidden.shown], "hides_filters": hidden.hiding(*asked.tells),
        "hides_numbers": hidden.hiding("national_id", "custom_fields"),
    }  # fmt: skip
    page = orjson.loads(await _SHOWN.page(work, paging, asked.given, **values, **folders))
    page["items"] = [hidden.without(UUID(one["folder_id"]), one) for one in page["items"]]
    return orjson.dumps(page)
