"""All SQL of imports but for what their rows become."""

from collections.abc import Mapping
from typing import Any, Final

from background.imports.repository import FileStore, RowStore
from billing.imports.tables import import_pieces, import_rows

FILES: Final = FileStore(import_pieces)


def rows_told(shown: Mapping[str, Any]) -> RowStore:
    """The rows of a kind of import, and what the list tells of their records."""
    return RowStore(import_rows, {"record_id": "record_id", "client_id": "client_id"}, shown)
