"""Files that are imported, whatever their rows become, and what became of each row."""

from typing import Final

from sqlalchemy import Column, Uuid

from background.imports.tables import piece_table, row_table
from memberships.metadata import METADATA

import_pieces: Final = piece_table(METADATA)
import_rows: Final = row_table(METADATA, Column("record_id", Uuid), Column("client_id", Uuid))
