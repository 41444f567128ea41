"""The tables that memberships owns."""

from chassis.tables import metadata

METADATA = metadata()
