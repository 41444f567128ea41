"""The tables that billing owns."""

from chassis.tables import metadata

METADATA = metadata()
