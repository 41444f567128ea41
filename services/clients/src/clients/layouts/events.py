"""What others hear of layouts."""

from diwan.clients.v1 import events_pb2

from chassis.events import Event, event
from clients.layouts.tables import Layout


def layout_changed(verb: str, layout: Layout) -> Event:
    """clients.layout.created, updated or deleted."""
    payload = events_pb2.LayoutChanged(
        layout_id=str(layout.id), folder_id=str(layout.folder_id or "")
    )
    return event(f"clients.layout.{verb}", payload, layout.id, layout.version)
