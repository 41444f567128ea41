"""Beginning an import of open invoices, its undoing, and looking into a file before."""

from typing import IO, Any, Final
from uuid import UUID

from background.imports.use_cases import beginning
from background.imports.use_cases.beginning import LookedInto, look_into
from billing.imports.repository import FILES
from billing.invoice_imports import rules
from billing.invoice_imports.schemas import InvoiceImportFields
from chassis.work import UnitOfWork

IMPORT: Final = "billing.invoice_import"
UNDO: Final = "billing.invoice_import_undo"
_READS_CLIENTS: Final = "clients:read"


async def begin_import(
    work: UnitOfWork, content: IO[bytes], name: str, size: int, asked: InvoiceImportFields
) -> UUID:
    """Begin to take a file in; raises Invalid where the file or the mapping cannot be right.

    Clients are found in the name of who imports, who has to read them. Raises ClientsUnread.
    """
    if not work.caller.may(_READS_CLIENTS):
        raise rules.ClientsUnread()
    file = _table(content, size)
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
    file = _table(content, size)
    return beginning.previewed(file, rules.suggested(file.headings))


def _table(content: IO[bytes], size: int) -> LookedInto:
    file = look_into(content, size)
    if file.form.kind == "vcf":
        raise rules.NotATable(field="file")
    return file
