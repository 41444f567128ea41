"""Shapes of imports of credit."""

from typing import Any, Literal
from uuid import UUID

from background.imports.schemas import AskedView, Fault, ImportAccepted, MappedFields, Outcome
from chassis.shapes import Day, Name, Shape, View
from memberships.credit.schemas.charges import Amount, Note
from memberships.imports.rules import ClientKey


class ChargeImportFields(MappedFields):
    """How a file is taken in: which column is which field of the credit that a client has left.

    `client.code`, `client.external_id`, `client.phone` and `client.email` say whose it is: the
    first of them that a row has. `credit_type` is a name or an id. Without a mapping the suggested
    one counts.
    """

    mode: Literal["create"] = "create"


class ChargeImportAccepted(ImportAccepted):
    """The import has begun, or its undoing; the id of an import is that of its job."""


class ChargePreviewFields(Shape):
    """Nothing but the file."""


class ChargeImportView(AskedView):
    """An import of credit: how far it is, and what was asked of it."""

    @classmethod
    def of(cls, job: Any) -> "ChargeImportView":
        """From the job's row."""
        return cls.model_validate(cls.values_of(job))


class ChargeRowView(View):
    """A row of the file, counted as spreadsheets do: the headings are the first."""

    row: int
    outcome: Outcome
    credit_charge_id: UUID | None
    client_id: UUID | None
    url: str | None
    faults: list[Fault] | None
    undone: str | None


class CreditLeft(Shape):
    """A row that becomes a charge."""

    client: ClientKey | None = None
    credit_type: Name
    amount: Amount
    starts_on: Day | None = None
    expires_on: Day | None = None
    description: Note | None = None
    external_id: Name | None = None
