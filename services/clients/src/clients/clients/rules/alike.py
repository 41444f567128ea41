"""What tells that two records may be one client, and which fields it tells of."""

from collections.abc import Mapping
from typing import Final, Literal

from clients.visible_fields.rules import HiddenFields

Reason = Literal["phone", "email", "tax_number", "registration_number", "birth_date", "id_number"]
# Reason → the fields whose values it tells to be the same.
FIELDS: Final[Mapping[Reason, tuple[str, ...]]] = {
    "phone": ("phones",), "email": ("emails",), "tax_number": ("tax_number",),
    "registration_number": ("registration_number",), "birth_date": ("birth_date",),
    "id_number": ("national_id", "custom_fields"),
}  # fmt: skip
# So many of them stand in an answer.
MOST_SHOWN: Final = 5
# Longer lists of people who share something are a company's switchboard or a placeholder.
MOST_HOLDERS: Final = 20


def untold(hidden: HiddenFields) -> list[str]:
    """The reasons not told of a folder's clients, as `<folder>:<reason>`."""
    return [
        f"{folder_id}:{reason}"
        for reason, fields in FIELDS.items() for folder_id in hidden.hiding(*fields)
    ]  # fmt: skip
