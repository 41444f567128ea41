"""What others hear of segments."""

from diwan.clients.v1 import events_pb2

from chassis.events import Event, event
from clients.segments.tables import Segment


def segment_changed(verb: str, segment: Segment) -> Event:
    """clients.segment.created, updated or deleted; somebody's own does not tell its name."""
    payload = events_pb2.SegmentChanged(
        segment_id=str(segment.id), shared=segment.shared,
        name=segment.name if segment.shared else "",
    )  # fmt: skip
    return event(f"clients.segment.{verb}", payload, segment.id, segment.version)
