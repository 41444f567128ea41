"""What others hear of API keys."""

from diwan.identity.v1 import events_pb2

from chassis.events import Event, event
from edge.api_keys.tables import ApiKey


def api_key_changed(verb: str, key: ApiKey) -> Event:
    """edge.api_key.created or revoked."""
    payload = events_pb2.ApiKeyChanged(api_key_id=str(key.id), name=key.name)
    return event(f"edge.api_key.{verb}", payload, key.id, key.version).urgently()
