"""Shapes of duplicates."""

from uuid import UUID

from pydantic import BaseModel

from chassis.shapes import Resource, Shape, View
from clients.duplicates.rules import Reason


class DuplicateFilters(BaseModel):
    """Which pairs: those still to be looked at, or those found to be two clients."""

    dismissed: bool = False


class Dismissal(Shape):
    """Two clients that are not one; `dismissed` false takes that back."""

    client_id: UUID
    other_client_id: UUID
    dismissed: bool = True


class DuplicateClientView(View):
    """One of the two."""

    id: UUID
    name: str
    code: str
    url: str


class DuplicateView(Resource):
    """Two clients that are probably one; `reasons` are what they share besides the name."""

    clients: list[DuplicateClientView]
    reasons: list[Reason]
    dismissed: bool
