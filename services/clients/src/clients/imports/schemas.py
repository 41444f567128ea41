"""Shapes of imports."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, Json

from chassis.shapes import Shape, View
from clients.clients.schemas.actions import Move, StaffChange, StatusChange
from clients.clients.schemas.records import ClientCreate, ClientUpdate
from clients.imports.rules.reading import Kind
from clients.imports.rules.rows import Key, Mode
from clients.jobs.schemas import Accepted, JobView

Outcome = Literal["created", "updated", "unchanged", "failed"]
Columns = Annotated[list[str], Field(min_length=1, max_length=20)]
Mapping = Annotated[dict[str, str | Columns], Field(min_length=1, max_length=200)]


class ImportFields(Shape):
    """How a file is taken in: which column is which field of a client, and what a row stands for.

    Without a mapping the suggested one counts. `create` adds clients, `update` changes those found
    by the key, `upsert` does either.
    """

    mapping: Json[Mapping] | None = None
    mode: Mode = "create"
    key: Key | None = None
    dry_run: bool = False

    def columns(self) -> dict[str, list[str]] | None:
        """The columns of each path."""
        if self.mapping is None:
            return None
        return {p: [c] if isinstance(c, str) else c for p, c in self.mapping.items()}


class PreviewFields(Shape):
    """Nothing but the file."""


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


class ImportView(JobView):
    """An import: a job, and what was asked of it."""

    file: str
    mode: Mode
    key: Key | None
    dry_run: bool
    mapping: dict[str, list[str]]

    @classmethod
    def of(cls, job: Any) -> "ImportView":
        """From the job's row."""
        percent = min(100, job.done * 100 // job.total) if job.total else None
        asked = {name: job.asked[name] for name in ("file", "mode", "key", "dry_run", "mapping")}
        plain = {name: getattr(job, name) for name in cls.model_fields if hasattr(job, name)}
        progress = {"done": job.done, "total": job.total, "percent": percent}
        return cls.model_validate({**plain, "progress": progress, **asked})


class Fault(View):
    """Why a row was not taken in; the column is the file's, the field the client's."""

    column: str | None
    field: str | None
    code: str
    message: dict[str, str]


class RowView(View):
    """A row of the file, counted as spreadsheets do: the headings are the first."""

    row: int
    outcome: Outcome
    client_id: UUID | None
    url: str | None
    faults: list[Fault] | None
    undone: str | None


class NewClient(ClientCreate):
    """A row that becomes a client."""


class Changes(ClientUpdate):
    """A row as changes of a client."""


class NewPlace(Move):
    """Where a row puts a client."""


class NewStatus(StatusChange):
    """Which statuses a row gives a client."""


class NewStaff(StaffChange):
    """Whom a row assigns."""
