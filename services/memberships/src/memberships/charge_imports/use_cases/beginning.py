"""Beginning an import of credit, its undoing, and looking into a file before."""

from typing import IO, Any, Final
from uuid import UUID

from background.imports.use_cases import beginning
from chassis.work import UnitOfWork
from memberships.charge_imports import rules
from memberships.charge_imports.schemas import ChargeImportFields
from memberships.imports.repository import FILES
from memberships.imports.use_cases import check_reads_clients, table_in

IMPORT: Final = "memberships.charge_import"
UNDO: Final = "memberships.charge_import_undo"


async def begin_import(
    work: UnitOfWork, content: IO[bytes], name: str, size: int, asked: ChargeImportFields
) -> UUID:
    """Begin to take a file in; raises Invalid where the file or the mapping cannot be right, and
    ClientsUnread.
    """
    check_reads_clients(work)
    file = table_in(content, size)
    mapping = asked.columns() or rules.suggested(file.headings)
    rules.check_mapping(mapping, file.headings)
    return await beginning.begin_import(work, IMPORT, FILES, file, {
        "file": name, "mapping": mapping, "mode": asked.mode, "key": None,
        "dry_run": asked.dry_run,
    })  # fmt: skip


async def begin_undo(work: UnitOfWork, import_id: UUID) -> UUID:
    """Begin to take an import back; the same job again where that was begun before."""
    return await beginning.begin_undo(work, import_id, IMPORT, UNDO)


def preview(content: IO[bytes], size: int) -> dict[str, Any]:
    """What a file holds, and which of its columns seem to be which fields."""
    file = table_in(content, size)
    return beginning.previewed(file, rules.suggested(file.headings))
