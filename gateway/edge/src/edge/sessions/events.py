"""What others hear of sessions."""

from diwan.identity.v1 import events_pb2

from chassis.events import Event, event
from edge.sessions.tables import Session


def session_changed(verb: str, session: Session) -> Event:
    """edge.session.started or ended."""
    payload = events_pb2.SessionChanged(session_id=str(session.id), user_id=str(session.user_id))
    return event(f"edge.session.{verb}", payload, session.id, session.version)
