"""What others hear of what is sold."""

from chassis.events import Event
from memberships.memberships import events
from memberships.memberships.rules.telling import Verb
from memberships.sales.tables import Membership, MembershipPeriod


def membership_renewed(membership: Membership) -> Event:
    """memberships.membership.renewed: its next period was asked for."""
    return events.membership_changed("renewed", membership)


def period_changed(verb: Verb, membership: Membership, period: MembershipPeriod) -> Event:
    """memberships.membership.period_granted and period_taken_back."""
    return events.membership_changed(verb, membership, about=period)
