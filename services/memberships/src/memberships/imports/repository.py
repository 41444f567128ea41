"""All SQL of imports but for what their rows become."""

from typing import Any, Final

from sqlalchemy import Text, bindparam, case, cast, func, literal_column, select

from background.imports.repository import FileStore, RowStore
from chassis.statements import statement
from chassis.work import UnitOfWork
from memberships.imports.tables import import_pieces, import_rows
from refs.merges import survivor_of
from refs.tables import client_refs

FILES: Final = FileStore(import_pieces)
_R: Final = import_rows.c
_client_id = survivor_of(client_refs, _R.client_id)
_url = literal_column("'/v1/clients/'", Text) + cast(_client_id, Text)
_TURN: Final = statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0)))
)


def rows_told(record: str) -> RowStore:
    """The rows of a kind of import, and by which name the list tells what each became."""
    shown: dict[str, Any] = {
        record: _R.record_id, "client_id": case((_R.client_id.is_not(None), _client_id)),
        "url": case((_R.client_id.is_not(None), _url)),
    }  # fmt: skip
    return RowStore(import_rows, {"record_id": "record_id", "client_id": "client_id"}, shown)


async def take_turn(work: UnitOfWork, kind: str) -> None:
    """Let one chunk of a company's imports of this kind after the other look what is there."""
    await work.execute(_TURN, key=f"{kind}:{work.tenant_id}")
