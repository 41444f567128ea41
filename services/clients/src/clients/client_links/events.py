"""What others hear of links. None of them names the other client: not all who see one see both."""

from uuid import UUID

from diwan.clients.v1 import events_pb2

from chassis.events import Event, event
from clients.client_links.rules import INVERSE
from clients.client_links.tables import ClientLink


def link_changed(verb: str, link: ClientLink, client_id: UUID) -> Event:
    """clients.client_link.added, updated or deleted, on the side of one of its clients."""
    is_from = client_id == link.from_client_id
    payload = events_pb2.ClientLinkChanged(
        link_id=str(link.id), client_id=str(client_id),
        relation=link.kind if is_from else INVERSE[link.kind],
    )  # fmt: skip
    return event(f"clients.client_link.{verb}", payload, link.id, link.version, client_id=client_id)


def subclient_added(link: ClientLink, version: int) -> Event:
    """clients.client.subclient_added, of the client above in its version."""
    above = link.from_client_id
    payload = events_pb2.SubclientAdded(client_id=str(above), link_id=str(link.id), kind=link.kind)
    return event("clients.client.subclient_added", payload, above, version, client_id=above)
