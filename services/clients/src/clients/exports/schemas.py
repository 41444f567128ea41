"""What is asked of an export."""

from clients.clients.schemas.filters import ClientFilters
from clients.exports.rules.sheets import Format


class ExportQuery(ClientFilters):
    """The list's own filters, and the form of the file."""

    format: Format = "csv"
