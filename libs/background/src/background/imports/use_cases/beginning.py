"""Looking into a file, beginning an import of it and its undoing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any, Final
from uuid import UUID

from background.imports.repository import FileStore
from background.imports.rules import failures
from background.imports.rules.reading import MOST_BYTES, Form, Row, form_of, rows_of
from background.jobs.use_cases import begin_job, task_to_undo
from chassis.work import UnitOfWork

_SAMPLES: Final = 5
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class LookedInto:
    """How a file is read, its headings and first rows."""

    content: IO[bytes]
    form: Form
    headings: Row
    samples: Sequence[Row]


def look_into(content: IO[bytes], size: int) -> LookedInto:
    """What a file begins with; raises FileTooLarge, UnreadableFile and EmptyFile."""
    if size > MOST_BYTES:
        raise failures.FileTooLarge(field="file")
    form = form_of(content)
    found: Iterator[Row] = rows_of(content, form)
    first = list(islice((row for row in found if any(c.strip() for c in row)), _SAMPLES + 1))
    found.close()  # type: ignore[attr-defined]
    if len(first) < 2:
        raise failures.EmptyFile(field="file")
    return LookedInto(content, form, [cell.strip() for cell in first[0]], first[1:])


async def begin_import(
    work: UnitOfWork, kind: str, files: FileStore, file: LookedInto, asked: Mapping[str, Any]
) -> UUID:
    """Keep the file and begin to take it in: a job."""
    form = file.form
    job_id = await begin_job(work, kind, {
        **asked, "file": str(asked["file"])[:_LONGEST], "kind": form.kind,
        "encoding": form.encoding, "delimiter": form.delimiter,
    })  # fmt: skip
    await files.of(work, job_id).keep(file.content)
    return job_id


async def begin_undo(work: UnitOfWork, job_id: UUID, kind: str, undo: str) -> UUID:
    """Begin to take an import back; the same job again where that was begun before."""
    task = await task_to_undo(work, job_id, kind)
    if task.asked["dry_run"]:
        raise failures.NothingToUndo()
    counts = task.result or {}
    total = counts.get("created", 0) + counts.get("updated", 0)
    return await begin_job(work, undo, {}, total=total or None, undo_of_id=task.id)


def previewed(file: LookedInto, mapping: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What a file holds, and which of its columns seem to be which fields."""
    paths = {column: path for path, columns in mapping.items() for column in columns}
    columns = [
        {
            "heading": heading, "path": paths.get(heading),
            "samples": [row[n][:_LONGEST] for row in file.samples
                        if n < len(row) and row[n].strip()],
        }
        for n, heading in enumerate(file.headings)
    ]  # fmt: skip
    return {
        "format": file.form.kind, "encoding": file.form.encoding,
        "delimiter": file.form.delimiter, "columns": columns, "mapping": mapping,
    }  # fmt: skip
