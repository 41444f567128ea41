"""The one MetaData that all tables of automation share."""

from typing import Final

from chassis import tables

METADATA: Final = tables.metadata()
