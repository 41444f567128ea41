"""What others hear of appointments."""

from collections.abc import Iterable, Sequence
from typing import Final

from diwan.scheduling.v1 import events_pb2

from chassis.events import Event, event
from scheduling.appointments.tables import Appointment, AppointmentSeries

# Columns that others know by another name.
_FIELDS: Final = {
    "linked_type": "linked", "linked_id": "linked", "is_shared": "shared_with_client",
    "reminds_client": "reminders",
}  # fmt: skip
_UNTOLD: Final = frozenset({"is_apart", "link_hash"})


def appointment_changed(
    verb: str, appointment: Appointment, changed: Iterable[str] = (), *,
    before: Appointment | None = None, reason: str | None = None,
) -> Event:  # fmt: skip
    """Scheduled, confirmed, say; `before` is as it was before it was moved."""
    payload = events_pb2.AppointmentChanged(
        appointment=told(appointment),
        changed=sorted({_FIELDS.get(name, name) for name in changed} - _UNTOLD),
        from_starts_at=before.starts_at.isoformat() if before else "",
        from_ends_at=before.ends_at.isoformat() if before else "",
        reason=reason or "",
    )
    return event(
        f"scheduling.appointment.{verb}", payload, appointment.id, appointment.version,
        client_id=appointment.client_id,
    )  # fmt: skip


def series_changed(
    verb: str, series: AppointmentSeries, some: Sequence[Appointment],
    changed: Iterable[str] = (), *, reason: str | None = None,
) -> Event:  # fmt: skip
    """The same of several of a series at once, told in one."""
    payload = events_pb2.AppointmentSeriesChanged(
        series=events_pb2.AppointmentSeries(
            id=str(series.id),
            version=series.version,
            client_id=str(series.client_id),
            recurrence=series.rule,
            first_at=series.first_local.isoformat(),
            timezone=series.timezone,
        ),
        appointments=[_time(one) for one in some],
        changed=sorted({_FIELDS.get(name, name) for name in changed} - _UNTOLD),
        reason=reason or "",
    )
    return event(
        f"scheduling.appointment_series.{verb}", payload, series.id, series.version,
        client_id=series.client_id,
    )  # fmt: skip


def told(one: Appointment) -> events_pb2.Appointment:
    """An appointment as others are told of it."""
    return events_pb2.Appointment(
        id=str(one.id), version=one.version, client_id=str(one.client_id), status=one.status,
        starts_at=one.starts_at.isoformat(), ends_at=one.ends_at.isoformat(),
        staff_ids=map(str, one.staff_ids), resource_ids=map(str, one.resource_ids),
        action_id=str(one.action_id or ""), title=one.title or "", location=one.location or "",
        linked_type=one.linked_type or "", linked_id=str(one.linked_id or ""),
        reminders=one.reminders, series_id=str(one.series_id or ""),
        occurrence=one.occurrence.isoformat() if one.occurrence else "",
        shared_with_client=one.is_shared, confirmed_by=one.confirmed_by or "",
        cancel_reason=one.cancel_reason or "",
    )  # fmt: skip


def _time(one: Appointment) -> events_pb2.AppointmentTime:
    return events_pb2.AppointmentTime(
        id=str(one.id), version=one.version, client_id=str(one.client_id), status=one.status,
        starts_at=one.starts_at.isoformat(), ends_at=one.ends_at.isoformat(),
    )  # fmt: skip
