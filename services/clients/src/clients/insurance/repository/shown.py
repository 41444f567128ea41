"""What rows about insurance have in common: who is shown them, amounts, files and addresses."""

from typing import Any, Final

from iso4217 import Currency
from sqlalchemy import (
    ColumnElement,
    Numeric,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    literal_column,
    select,
    table,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from chassis.work import UnitOfWork
from clients.clients.repository.rows import about_visible_client, survivor_of
from clients.clients.tables import clients
from clients.insurance.rules import SECTION
from clients.layouts.use_cases import folders_with
from refs import merges
from refs.visibility import sight_of

_FOLDERS: Final = bindparam("insured_folders", type_=ARRAY(Uuid))
_files: Final = table("files", column("tenant_id", Uuid), column("id", Uuid))
_USUAL: Final = 2


def ids(name: str) -> Any:
    """A parameter that is a list of ids."""
    return bindparam(name, type_=ARRAY(Uuid))


def shown_of(client_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Rows of clients that the caller sees, in folders whose layout has the section."""
    named, stands = clients.alias("insured_client"), clients.alias("standing_client")
    found = (
        select(stands.c.id)
        .join_from(named, stands, (stands.c.tenant_id == named.c.tenant_id)
                   & (stands.c.id == merges.stands_for(named)))
        .where(named.c.tenant_id == bindparam("tenant_id"), named.c.id == client_id,
               stands.c.folder_id == any_(_FOLDERS))
    )  # fmt: skip
    return exists(found) & about_visible_client(client_id)


async def shown_values(work: UnitOfWork) -> dict[str, Any]:
    """Values of the parameters that `shown_of` names."""
    sight = (await sight_of(work)).values()
    return {**sight, "insured_folders": await folders_with(work, SECTION)}


def amount(minor: ColumnElement[Any], currency: ColumnElement[Any]) -> ColumnElement[Any]:
    """An amount as it is written, with the digits that ISO 4217 gives its currency."""
    places: dict[int, list[str]] = {}
    for one in Currency:
        if one.exponent not in (None, _USUAL):
            places.setdefault(int(one.exponent), []).append(str(one.code))
    unit = case(
        *((currency.in_([_text(code) for code in codes]), _unit(digits))
          for digits, codes in sorted(places.items())),
        else_=_unit(_USUAL),
    )  # fmt: skip
    return cast(cast(minor, Numeric) * unit, Text)


def still_there(rows: Table) -> ColumnElement[Any]:
    """The files that a row names, in the order they were added; not those removed since."""
    found = func.array_agg(aggregate_order_by(_files.c.id, _files.c.id))
    return (
        select(func.coalesce(found, literal_column("'{}'", ARRAY(Uuid))))
        .where(_files.c.tenant_id == rows.c.tenant_id, _files.c.id == any_(rows.c.file_ids))
        .correlate(rows)
        .scalar_subquery()
    )


def client_columns(rows: Table) -> dict[str, ColumnElement[Any]]:
    """Whose row it is: of a merged client, the survivor's."""
    about = survivor_of(rows.c.client_id)
    url = literal_column("'/v1/clients/'", Text) + cast(about, Text)
    return {"client_id": about, "url": url}


def _unit(digits: int) -> ColumnElement[Any]:
    # The product has as many decimals as this: 11500 * 0.01 is 115.00.
    return literal_column("1" if digits == 0 else f"0.{'0' * (digits - 1)}1", Numeric)


def _text(value: str) -> ColumnElement[Any]:
    return literal_column(f"'{value}'", Text)
