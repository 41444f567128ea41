"""The tables that communications owns."""

from chassis.tables import metadata

METADATA = metadata()
