"""Whom an appointment's own reminders go to, as who sets them may send messages."""

from typing import Any

from chassis.work import UnitOfWork
from scheduling.appointments.rules import reminding
from scheduling.appointments.tables import Appointment

Json = dict[str, Any]


def of_new(work: UnitOfWork) -> Json:
    """The columns of a new one."""
    return {"reminds_client": work.caller.may("comms:write")}


def with_reminders(work: UnitOfWork, changes: Json, known: Appointment) -> Json:
    """Changes of one, with whom it reminds then; raises TooManyReminders."""
    if "reminders" not in changes:
        return changes
    minutes = changes["reminders"]
    if known.series_id is not None and minutes != known.reminders:
        reminding.check_in_series(minutes)
    may_mail = work.caller.may("comms:write")
    goes = reminding.reminds_client(minutes, known, may_mail=may_mail)
    return changes | {"reminds_client": goes}
