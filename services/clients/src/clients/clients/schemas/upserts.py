"""Clients as a partner's system sends them, by its own id."""

from typing import Final

from chassis.shapes import Name
from clients.clients.schemas.records import ClientCreate, ClientUpdate

# What a new client is given, and what only actions change from then on.
ONLY_NEW: Final = (
    "id", "folder_id", "status_id", "pinned_status_id", "follow_up_status_id", "staff", "source",
)  # fmt: skip


class ClientUpsert(ClientCreate):
    """A client as it shall be: what is named is set, what is left out stays.

    A new one needs a name. Folder, statuses, staff, source and `id` are a new one's: of a client
    that is there they may be said as they are (or null or empty, which says nothing) and are
    refused otherwise, since actions of their own change them.
    """

    name: Name = ""

    def as_new(self, external_id: str) -> ClientCreate:
        """The body of a new client."""
        given = self.model_dump(exclude_unset=True)
        return ClientCreate.model_validate(given | {"external_id": external_id})

    def as_change(self) -> ClientUpdate:
        """The body of a change: the id by which it was found stays, and a code is never empty."""
        kept = self.model_fields_set - {*ONLY_NEW, "external_id"}
        kept -= {"code"} if self.code is None else set()
        return ClientUpdate.model_validate(self.model_dump(exclude_unset=True, include=kept))
