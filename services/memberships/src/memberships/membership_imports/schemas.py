"""Shapes of imports of memberships."""

from typing import Any, Literal
from uuid import UUID

from background.imports.schemas import AskedView, Fault, ImportAccepted, MappedFields, Outcome
from chassis.shapes import Day, Name, Shape, View
from memberships.imports.rules import ClientKey
from memberships.memberships.schemas import Note


class MembershipImportFields(MappedFields):
    """How a file is taken in: which column is which field of a membership that runs.

    `client.code`, `client.external_id`, `client.phone` and `client.email` say whose it is: the
    first of them that a row has. `package` is an id, an external id or a name. `renewal_date` is
    the first day that is not paid, or `last_day` the last one that is. Without a mapping the
    suggested one counts.
    """

    mode: Literal["create"] = "create"


class MembershipImportAccepted(ImportAccepted):
    """The import has begun, or its undoing; the id of an import is that of its job."""


class MembershipPreviewFields(Shape):
    """Nothing but the file."""


class MembershipImportView(AskedView):
    """An import of memberships: how far it is, and what was asked of it."""

    @classmethod
    def of(cls, job: Any) -> "MembershipImportView":
        """From the job's row."""
        return cls.model_validate(cls.values_of(job))


class MembershipRowView(View):
    """A row of the file, counted as spreadsheets do: the headings are the first."""

    row: int
    outcome: Outcome
    membership_id: UUID | None
    client_id: UUID | None
    url: str | None
    faults: list[Fault] | None
    undone: str | None


class RunningMembership(Shape):
    """A row that becomes a membership."""

    client: ClientKey | None = None
    package: Name
    start_date: Day
    renewal_date: Day | None = None
    last_day: Day | None = None
    auto_renew: bool = False
    external_id: Name | None = None
    note: Note | None = None
