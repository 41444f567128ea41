"""What others hear of flows."""

from diwan.automation.v1 import events_pb2

from automation.flows.tables import Flow
from chassis.events import Event, event


def flow_changed(verb: str, flow: Flow) -> Event:
    """automation.flow.created, updated or deleted."""
    payload = events_pb2.FlowChanged(
        flow_id=str(flow.id), name=flow.name, is_enabled=flow.is_enabled, flow_version=flow.number
    )
    return event(f"automation.flow.{verb}", payload, flow.id, flow.version)
