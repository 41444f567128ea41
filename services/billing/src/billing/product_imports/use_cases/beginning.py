"""Beginning an import of products, its undoing, and looking into a file before."""

from typing import IO, Any, Final
from uuid import UUID

from background.imports.use_cases import beginning
from background.imports.use_cases.beginning import LookedInto, look_into
from billing.imports.repository import FILES
from billing.product_imports import rules
from billing.product_imports.schemas import ProductImportFields
from chassis.work import UnitOfWork
from refs.home import home

IMPORT: Final = "billing.product_import"
UNDO: Final = "billing.product_import_undo"


async def begin_import(
    work: UnitOfWork, content: IO[bytes], name: str, size: int, asked: ProductImportFields
) -> UUID:
    """Begin to take a file in; raises Invalid where the file or the mapping cannot be right."""
    file = _table(content, size)
    mapping = asked.columns() or rules.suggested(file.headings, (await home(work)).currency)
    rules.check_mapping(mapping, file.headings, asked.mode, asked.key)
    return await beginning.begin_import(work, IMPORT, FILES, file, {
        "file": name, "mapping": mapping, "mode": asked.mode, "key": asked.key,
        "dry_run": asked.dry_run,
    })  # fmt: skip


async def begin_undo(work: UnitOfWork, import_id: UUID) -> UUID:
    """Begin to take an import back; the same job again where that was begun before."""
    return await beginning.begin_undo(work, import_id, IMPORT, UNDO)


async def preview(work: UnitOfWork, content: IO[bytes], size: int) -> dict[str, Any]:
    """What a file holds, and which of its columns seem to be which fields."""
    file = _table(content, size)
    mapping = rules.suggested(file.headings, (await home(work)).currency)
    return beginning.previewed(file, mapping)


def _table(content: IO[bytes], size: int) -> LookedInto:
    file = look_into(content, size)
    if file.form.kind == "vcf":
        raise rules.NotATable(field="file")
    return file
