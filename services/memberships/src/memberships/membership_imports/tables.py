"""What is taken over are memberships, of packages."""

from memberships.memberships import tables as memberships
from memberships.packages import tables as packages

Membership = memberships.Membership
Package = packages.Package
