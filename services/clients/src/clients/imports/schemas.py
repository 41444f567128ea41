"""Shapes of imports."""

from typing import Any

from background.imports.schemas import AskedView, MappedFields, ReportedRow
from chassis.shapes import Shape
from clients.clients.rules.keys import Key
from clients.clients.schemas.actions import Move, StaffChange, StatusChange
from clients.clients.schemas.records import ClientCreate, ClientUpdate


class ImportFields(MappedFields):
    """How a file is taken in: which column is which field of a client, and what a row stands for.

    Without a mapping the suggested one counts. `create` adds clients, `update` changes those found
    by the key, `upsert` does either.
    """

    key: Key | None = None


class PreviewFields(Shape):
    """Nothing but the file."""


class ImportView(AskedView):
    """An import: a job, and what was asked of it."""

    key: Key | None

    @classmethod
    def of(cls, job: Any) -> "ImportView":
        """From the job's row."""
        return cls.model_validate(cls.values_of(job))


class RowView(ReportedRow):
    """A row of the file, counted as spreadsheets do: the headings are the first."""


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
