"""What others hear of reminders."""

from diwan.scheduling.v1 import events_pb2

from chassis.events import Event, event
from scheduling.reminders.tables import Reminder


def reminder_settled(reminder: Reminder) -> Event:
    """scheduling.reminder.sent, failed or skipped: as it stands now."""
    is_appointment = reminder.subject_type == "appointment"
    payload = events_pb2.ReminderSettled(
        reminder=events_pb2.Reminder(
            id=str(reminder.id), version=reminder.version, client_id=str(reminder.client_id),
            appointment_id=str(reminder.subject_id) if is_appointment else "",
            booking_id="" if is_appointment else str(reminder.subject_id),
            reminder_rule_id=str(reminder.reminder_rule_id or ""), to=reminder.recipient,
            user_id=str(reminder.recipient_id) if reminder.recipient == "staff" else "",
            channel=reminder.channel, starts_at=reminder.starts_at.isoformat(),
            due_at=reminder.due_at.isoformat(), state=reminder.state,
            reason=reminder.reason or "", message_id=str(reminder.message_id or ""),
        )
    )  # fmt: skip
    return event(
        f"scheduling.reminder.{reminder.state}", payload, reminder.id, reminder.version,
        client_id=reminder.client_id,
    )  # fmt: skip
