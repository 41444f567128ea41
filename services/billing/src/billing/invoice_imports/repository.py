"""All SQL of imports of open invoices."""

from typing import Final

from sqlalchemy import Text, case, cast, literal_column

from billing.imports.repository import rows_told
from billing.imports.tables import import_rows
from refs.merges import survivor_of
from refs.tables import client_refs

_R: Final = import_rows.c
_client_id = survivor_of(client_refs, _R.client_id)
_url = literal_column("'/v1/clients/'", Text) + cast(_client_id, Text)
ROWS: Final = rows_told({
    "invoice_id": _R.record_id, "client_id": case((_R.client_id.is_not(None), _client_id)),
    "url": case((_R.client_id.is_not(None), _url)),
})  # fmt: skip
