"""What is told of clients when something beside their row has changed."""

from chassis.work import UnitOfWork
from clients.clients import events
from clients.clients.tables import Client


def tell_changed(work: UnitOfWork, client: Client, *fields: str) -> None:
    """The fields of a client that other features keep."""
    work.publish(events.client_updated(client, list(fields)))
