"""What others hear of notifications."""

from diwan.comms.v1 import events_pb2

from chassis.events import Event, event
from comms.notifications.tables import Notification


def notification_created(made: Notification) -> Event:
    """comms.notification.created"""
    payload = events_pb2.NotificationCreated(
        notification_id=str(made.id), user_id=str(made.user_id), title=made.title
    )
    return event(
        "comms.notification.created", payload, made.id, made.version, client_id=made.client_id
    )
