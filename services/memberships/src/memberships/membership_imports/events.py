"""What others hear of memberships that are taken over."""

from dataclasses import replace

from chassis.events import Event
from memberships.membership_imports.tables import Membership
from memberships.memberships import events


def membership_taken_over(membership: Membership) -> Event:
    """memberships.membership.taken_over: it was there before."""
    return events.membership_changed("taken_over", membership)


def membership_deleted(membership: Membership) -> Event:
    """memberships.membership.deleted: for whoever has it in tables of their own, it is over."""
    gone = replace(membership, version=membership.version + 1, told_status="cancelled")
    return events.membership_changed("deleted", gone)
