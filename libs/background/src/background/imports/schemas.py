"""Shapes of imports, but for what their rows become."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field, Json

from background.imports.rules.bodies import Mode
from background.imports.rules.reading import Kind
from background.jobs.schemas import Accepted, JobView
from chassis.shapes import Shape, View

_ASKED: Final = ("file", "mode", "key", "dry_run", "mapping")
Outcome = Literal["created", "updated", "unchanged", "failed"]
Columns = Annotated[list[str], Field(min_length=1, max_length=20)]
Mapping = Annotated[dict[str, str | Columns], Field(min_length=1, max_length=200)]


class MappedFields(Shape):
    """How a file is taken in: which column is which field, and what a row stands for."""

    mapping: Json[Mapping] | None = None
    mode: Mode = "create"
    dry_run: bool = False

    def columns(self) -> dict[str, list[str]] | None:
        """The columns of each path."""
        if self.mapping is None:
            return None
        return {p: [c] if isinstance(c, str) else c for p, c in self.mapping.items()}


class ImportAccepted(Accepted):
    """The import has begun, or its undoing."""


class ColumnPreview(View):
    """A column of the file; `path` is the field it seems to be."""

    heading: str
    samples: list[str]
    path: str | None


class PreviewView(View):
    """What a file holds, and how it could be taken in."""

    format: Kind
    encoding: str | None
    delimiter: str | None
    columns: list[ColumnPreview]
    mapping: dict[str, list[str]]


class AskedView(JobView):
    """An import: a job, and what was asked of it."""

    file: str
    mode: Mode
    key: str | None
    dry_run: bool
    mapping: dict[str, list[str]]

    @classmethod
    def values_of(cls, job: Any) -> dict[str, Any]:
        """What the job's row says, by field."""
        percent = min(100, job.done * 100 // job.total) if job.total else None
        asked = {name: job.asked[name] for name in _ASKED}
        plain = {name: getattr(job, name) for name in cls.model_fields if hasattr(job, name)}
        progress = {"done": job.done, "total": job.total, "percent": percent}
        return {**plain, "progress": progress, **asked}


class Fault(View):
    """Why a row was not taken in; the column is the file's, the field the record's."""

    column: str | None
    field: str | None
    code: str
    message: dict[str, str]


class ReportedRow(View):
    """A row of the file, counted as spreadsheets do: the headings are the first."""

    row: int
    outcome: Outcome
    client_id: UUID | None
    url: str | None
    faults: list[Fault] | None
    undone: str | None
