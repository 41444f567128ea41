"""Beginning an import, its undoing, and looking into a file before."""

from collections.abc import Iterator
from itertools import islice
from typing import IO, Any, Final
from uuid import UUID

from chassis.work import UnitOfWork
from clients.custom_fields.use_cases.definitions import definitions
from clients.imports.repository import ImportFiles, field_labels
from clients.imports.rules import failures, rows
from clients.imports.rules.headings import suggested
from clients.imports.rules.reading import MOST_BYTES, Form, Row, form_of, rows_of
from clients.imports.schemas import ImportFields
from clients.jobs.use_cases import begin_job, task_to_undo

IMPORT: Final = "clients.import"
UNDO: Final = "clients.import_undo"
_SAMPLES: Final = 5
_LONGEST: Final = 200


async def begin_import(
    work: UnitOfWork, content: IO[bytes], name: str, size: int, asked: ImportFields
) -> UUID:
    """Begin to take a file in; raises Invalid where the file or the mapping cannot be right."""
    form, headings, samples = look_into(content, size)
    fields = await definitions(work, fresh=True)
    mapping = asked.columns() or suggested(headings, samples, await field_labels(work))
    rows.check_mapping(mapping, headings, fields, asked.mode, asked.key)
    job_id = await begin_job(work, IMPORT, {
        "file": name[:_LONGEST], "mapping": mapping, "mode": asked.mode, "key": asked.key,
        "dry_run": asked.dry_run, "kind": form.kind, "encoding": form.encoding,
        "delimiter": form.delimiter,
    })  # fmt: skip
    await ImportFiles(work, job_id).keep(content)
    return job_id


async def begin_undo(work: UnitOfWork, job_id: UUID) -> UUID:
    """Begin to take an import back; the same job again where that was begun before."""
    task = await task_to_undo(work, job_id, IMPORT)
    if task.asked["dry_run"]:
        raise failures.NothingToUndo()
    counts = task.result or {}
    total = counts.get("created", 0) + counts.get("updated", 0)
    return await begin_job(work, UNDO, {}, total=total or None, undo_of_id=task.id)


async def preview(work: UnitOfWork, content: IO[bytes], size: int) -> dict[str, Any]:
    """What a file holds, and which of its columns seem to be which fields."""
    form, headings, samples = look_into(content, size)
    mapping = suggested(headings, samples, await field_labels(work))
    paths = {column: path for path, columns in mapping.items() for column in columns}
    columns = [
        {
            "heading": heading, "path": paths.get(heading),
            "samples": [row[n][:_LONGEST] for row in samples if n < len(row) and row[n].strip()],
        }
        for n, heading in enumerate(headings)
    ]  # fmt: skip
    return {
        "format": form.kind, "encoding": form.encoding, "delimiter": form.delimiter,
        "columns": columns, "mapping": mapping,
    }  # fmt: skip


def look_into(content: IO[bytes], size: int) -> tuple[Form, Row, list[Row]]:
    """How a file is read, its headings and first rows; raises UnreadableFile and EmptyFile."""
    if size > MOST_BYTES:
        raise failures.FileTooLarge(field="file")
    form = form_of(content)
    found: Iterator[Row] = rows_of(content, form)
    first = list(islice((row for row in found if any(c.strip() for c in row)), _SAMPLES + 1))
    found.close()  # type: ignore[attr-defined]
    if len(first) < 2:
        raise failures.EmptyFile(field="file")
    return form, [cell.strip() for cell in first[0]], first[1:]
