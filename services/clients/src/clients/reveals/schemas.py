"""What is asked of a reveal, and what it shows."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.shapes import Name, Shape, View


class Reveal(Shape):
    """Which sensitive fields, as `national_id` or `custom_fields.<key>`; none named: all."""

    fields: Annotated[list[Name], Field(max_length=100)] | None = None


class Revealed(View):
    """Sensitive fields in clear, as far as the client has them."""

    client_id: UUID
    url: str
    national_id: str | None
    custom_fields: dict[str, str]
