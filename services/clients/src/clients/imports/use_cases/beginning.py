"""Beginning an import, its undoing, and looking into a file before."""

from typing import IO, Any, Final
from uuid import UUID

from background.imports.use_cases import beginning
from background.imports.use_cases.beginning import look_into
from chassis.work import UnitOfWork
from clients.custom_fields.use_cases.definitions import definitions
from clients.imports.repository import FILES, field_labels
from clients.imports.rules import rows
from clients.imports.rules.headings import suggested
from clients.imports.schemas import ImportFields

IMPORT: Final = "clients.import"
UNDO: Final = "clients.import_undo"


async def begin_import(
    work: UnitOfWork, content: IO[bytes], name: str, size: int, asked: ImportFields
) -> UUID:
    """Begin to take a file in; raises Invalid where the file or the mapping cannot be right."""
    file = look_into(content, size)
    fields = await definitions(work, fresh=True)
    labels = await field_labels(work)
    mapping = asked.columns() or suggested(file.headings, file.samples, labels)
    rows.check_mapping(mapping, file.headings, fields, asked.mode, asked.key)
    return await beginning.begin_import(work, IMPORT, FILES, file, {
        "file": name, "mapping": mapping, "mode": asked.mode, "key": asked.key,
        "dry_run": asked.dry_run,
    })  # fmt: skip


async def begin_undo(work: UnitOfWork, job_id: UUID) -> UUID:
    """Begin to take an import back; the same job again where that was begun before."""
    return await beginning.begin_undo(work, job_id, IMPORT, UNDO)


async def preview(work: UnitOfWork, content: IO[bytes], size: int) -> dict[str, Any]:
    """What a file holds, and which of its columns seem to be which fields."""
    file = look_into(content, size)
    mapping = suggested(file.headings, file.samples, await field_labels(work))
    return beginning.previewed(file, mapping)
