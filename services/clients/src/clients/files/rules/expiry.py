"""When a document's date is near."""

from datetime import timedelta
from typing import Final

# So long before its date a file's renewal is called for.
NOTICE: Final = timedelta(days=30)
