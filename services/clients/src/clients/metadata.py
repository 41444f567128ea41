"""The one MetaData that all tables of this service share, so that they can refer to each other."""

from typing import Final

from chassis import tables

METADATA: Final = tables.metadata()
