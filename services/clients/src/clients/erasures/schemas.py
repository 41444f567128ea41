"""Shapes of erasing a client."""

from datetime import datetime
from uuid import UUID

from chassis.shapes import Name, Shape, View


class Erase(Shape):
    """`confirm` is the client's name or code: where it is given, it has to be that."""

    confirm: Name | None = None


class ErasureView(View):
    """What is left of a client who was erased; the address answers no more."""

    client_id: UUID
    url: str
    erased_at: datetime
    erased_by: str


class ErasedRecord(View):
    """One of the records that answer as this client."""

    id: UUID
    name: str
    code: str


class ErasurePreview(View):
    """Whom erasing would erase, and how much of what goes with them."""

    client_id: UUID
    url: str
    clients: list[ErasedRecord]
    notes: int
    files: int
    links: int
    merges: int
    timeline: int
