"""Which fields of its clients a folder shows, and from whom it hides the others.

Who a client is, where it stands and who is responsible is always shown. Of the rest a folder
with a list shows what stands on it; one without a list does as the nearest folder above it that
has one, else it shows everything. Who may change the list is not bound by it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chassis.errors import Forbidden
from refs.visibility import ALWAYS_SHOWN

CUSTOM: Final = "custom_fields"
CHOSEN: Final = (
    "business_name", "pinned_status_id", "follow_up_status_id", "category_id", "tags", "phones",
    "emails", "addresses", "country_code", "currency", "language", "links", "tax_number",
    "registration_number", "national_id", "gender", "birth_date", "availability", "source",
    "external_id", "bill_to_id", "balance_due", "balance_currency", "next_appointment_at",
    "credit_limit", "credit_days", "opening_balance", "invoicing_method", "barcode", CUSTOM,
)  # fmt: skip


class FieldHidden(Forbidden):
    """The client's folder does not show the field to the caller, so they change it not either."""

    code = "field_hidden"
    detail = "The folder of this client does not show you this field."


@dataclass(frozen=True, slots=True)
class HiddenFields:
    """What a caller does not get: the folders that bind them, each with the fields it shows."""

    shown: Mapping[UUID, frozenset[str]]

    def __bool__(self) -> bool:
        return bool(self.shown)

    def hides(self, folder_id: UUID, name: str) -> bool:
        """Whether the folder hides the field; of custom fields together: whether it hides any."""
        shown = self.shown.get(folder_id)
        return shown is not None and not _is_shown(shown, name)

    def hiding(self, *names: str) -> list[UUID]:
        """The folders that hide any of these fields."""
        return [
            folder_id for folder_id, shown in self.shown.items()
            if any(not _is_shown(shown, name) for name in names)
        ]  # fmt: skip

    def without(self, folder_id: UUID, client: Mapping[str, Any]) -> dict[str, Any]:
        """A client of the folder, as JSON, without what is hidden."""
        shown = self.shown.get(folder_id)
        if shown is None:
            return dict(client)
        kept = {name: value for name, value in client.items() if _is_shown(shown, name)}
        if CUSTOM in client and CUSTOM not in kept:
            values = client[CUSTOM].items()
            kept[CUSTOM] = {k: v for k, v in values if _is_shown(shown, f"{CUSTOM}.{k}")}
        return kept

    def check(self, folder_id: UUID, names: Iterable[str]) -> None:
        """Raises FieldHidden."""
        if hidden := next((name for name in names if self.hides(folder_id, name)), None):
            raise FieldHidden(field=hidden)


NOTHING: Final = HiddenFields({})


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder, the one it is inside of, and its list; None where it has none of its own."""

    parent_id: UUID | None
    listed: frozenset[str] | None


def lists(folders: Mapping[UUID, Shelf]) -> dict[UUID, frozenset[str]]:
    """The folders that hide something, each with the list that holds for it."""
    found = {folder_id: _list_of(folders, folder_id) for folder_id in folders}
    return {
        folder_id: listed for folder_id, listed in found.items()
        if listed is not None and not listed.issuperset(CHOSEN)
    }  # fmt: skip


def hidden_from(
    shown: Mapping[UUID, frozenset[str]], is_exempt: Callable[[UUID], bool]
) -> HiddenFields:
    """What a caller does not get who is exempt in some of the folders."""
    return HiddenFields({f: listed for f, listed in shown.items() if not is_exempt(f)})


def _list_of(folders: Mapping[UUID, Shelf], folder_id: UUID) -> frozenset[str] | None:
    seen: set[UUID] = set()
    place: UUID | None = folder_id
    while place is not None and place in folders and place not in seen:
        seen.add(place)
        if (listed := folders[place].listed) is not None:
            return listed
        place = folders[place].parent_id
    return None


def _is_shown(shown: frozenset[str], name: str) -> bool:
    if name in ALWAYS_SHOWN or name in shown:
        return True
    return name.startswith(f"{CUSTOM}.") and CUSTOM in shown
