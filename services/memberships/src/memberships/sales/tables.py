"""What is sold are memberships, and periods of them."""

from memberships.memberships import tables

Membership = tables.Membership
MembershipPeriod = tables.MembershipPeriod
