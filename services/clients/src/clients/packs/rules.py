"""Industry packs: what they are made of."""

from typing import Final, Literal, TypedDict

from chassis.errors import NotFound

Kind = Literal["tags", "categories", "follow_up_statuses", "folders", "custom_fields"]
# The order of making: fields belong to folders. It is undone from the end.
KINDS: Final[tuple[Kind, ...]] = (
    "tags", "categories", "follow_up_statuses", "folders", "custom_fields",
)  # fmt: skip


class Part(TypedDict):
    """Something a company has from a pack: by the pack's key, and by its id."""

    kind: Kind
    key: str
    id: str


class PackNotFound(NotFound):
    """No such industry pack."""

    code = "pack_not_found"
    detail = "There is no such industry pack."
