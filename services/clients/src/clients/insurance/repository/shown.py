"""What rows about insurance have in common: who is shown them, files and addresses."""

from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
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
