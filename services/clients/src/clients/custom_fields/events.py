"""What others hear of custom fields."""

from diwan.clients.v1 import events_pb2

from chassis.events import Event, event
from clients.custom_fields.tables import CustomField


def custom_field_changed(verb: str, field: CustomField) -> Event:
    """clients.custom_field.created, updated or deleted."""
    payload = events_pb2.CustomFieldChanged(
        custom_field_id=str(field.id), key=field.key, type=field.type,
        label_ar=field.label.get("ar") or "", label_en=field.label.get("en") or "",
        folder_ids=[str(folder_id) for folder_id in field.folder_ids], archived=field.is_archived,
    )  # fmt: skip
    return event(f"clients.custom_field.{verb}", payload, field.id, field.version)
