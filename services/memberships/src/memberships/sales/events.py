"""What others hear of what is sold."""

from chassis.events import Event
from memberships.memberships import events
from memberships.sales.tables import Membership


def membership_renewed(membership: Membership) -> Event:
    """memberships.membership.renewed: its next period was asked for."""
    return events.membership_changed("renewed", membership)
