"""Shapes of devices."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from billing.devices.rules import STARTING_NAME, USUAL_INDUSTRY, Status
from chassis.shapes import Name, Resource, Shape, View

Words = Annotated[Name, StringConstraints(max_length=64)]
OneTimeCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class DeviceCreate(Shape):
    """What stamps the e-invoices of a branch, or of the company and of branches without a device of
    their own. Its key is made here and never shown.
    """

    id: UUID | None = None
    name: Words = STARTING_NAME
    branch_id: UUID | None = None
    industry: Words = USUAL_INDUSTRY


class DeviceUpdate(Shape):
    """What may change; a certificate says what was true as it was asked for."""

    name: Words = STARTING_NAME
    industry: Words = USUAL_INDUSTRY


class Onboarding(Shape):
    """The one-time password that the authority's portal shows."""

    otp: OneTimeCode


class DeviceFilters(BaseModel):
    """How the list may be narrowed."""

    status: Annotated[list[Status] | None, Field(max_length=5)] = None
    branch_id: Annotated[list[UUID] | None, Field(max_length=200)] = None


class ProblemView(View):
    """What the authority said."""

    code: str
    message: str


class DeviceView(Resource):
    """A device. `active` ones stamp what is issued and tell the authority; before that documents
    are counted and chained, without a stamp. `last_counter` is how many it has made.
    """

    name: str
    branch_id: UUID | None
    industry: str
    status: Status
    serial: str
    csr: str | None
    certificate_expires_at: datetime | None
    problems: list[ProblemView]
    last_counter: int
    last_hash: str
