"""Shapes of rules of reminders, and of reminders."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from billing.dunning.rules import EARLIEST, LATEST
from chassis.shapes import Name, Resource, Shape

Days = Annotated[int, Field(ge=EARLIEST, le=LATEST)]
Hour = Annotated[int, Field(ge=0, le=23)]


class DunningRuleCreate(Shape):
    """Remind of what is not paid so many days after it is due, or before where below zero, at an
    hour of that day where the company is. `send` mails the client; flows hear of it either way.
    """

    id: UUID | None = None
    name: Name
    days: Days = 0
    hour: Hour = 9
    active: bool = True
    send: bool = False


class DunningRuleUpdate(Shape):
    """What may change."""

    name: Name = "-"
    days: Days = 0
    hour: Hour = 9
    active: bool = True
    send: bool = False


class DunningRuleFilters(BaseModel):
    """How the list may be narrowed."""

    active: bool | None = None


class DunningRuleView(Resource):
    """A rule of reminders."""

    name: str
    days: int
    hour: int
    active: bool
    send: bool


class ReminderView(Resource):
    """That so much of an invoice was not paid on a day on which a rule looks.

    `message_id` is the mail's, if it was to be sent; `mail_failure` says why there is none.
    """

    invoice_id: UUID
    client_id: UUID | None
    url: str | None
    dunning_rule_id: UUID
    rule_name: str
    days: int
    due_on: date
    currency: str
    balance: str
    send: bool
    message_id: UUID | None
    mail_failure: str | None
    reminded_at: datetime
