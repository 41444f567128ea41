"""The tables that scheduling owns."""

from chassis.tables import metadata

METADATA = metadata()
