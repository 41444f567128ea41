"""Links between clients: what one is to the other, read from either side."""

from collections.abc import Mapping
from typing import Final, Literal
from uuid import UUID

from chassis.errors import Conflict, Invalid, NotFound

Kind = Literal["employee", "branch", "child", "spouse", "sibling", "sub_client"]
# What a sub-client may be to the client it stands under.
SubKind = Literal["employee", "branch", "child", "sub_client"]
Relation = Literal[
    "employee", "employer", "branch", "head_office", "child", "parent", "spouse", "sibling",
    "sub_client", "main_client",
]  # fmt: skip

# Stored is one kind for each pair of names: `to` is the employee of `from`, so that `from` is the
# employer of `to`.
INVERSE: Final[Mapping[Kind, Relation]] = {
    "employee": "employer", "branch": "head_office", "child": "parent",
    "spouse": "spouse", "sibling": "sibling", "sub_client": "main_client",
}  # fmt: skip
_KIND_OF: Final = {inverse: kind for kind, inverse in INVERSE.items()}
SYMMETRIC: Final = frozenset(kind for kind, inverse in INVERSE.items() if kind == inverse)
# From above to below, and never back up. An employer may well be below its employee: the owner of
# a company works there too.
WITHOUT_CIRCLE: Final = frozenset({"branch", "child", "sub_client"})
MOST_LEVELS: Final = 10
MOST_NODES: Final = 500
MOST_BELOW: Final = 10_000


class LinkNotFound(NotFound):
    """No such link, or one with a client that the caller does not see."""

    code = "client_link_not_found"
    detail = "There is no such link."


class LinkToItself(Invalid):
    """Both ends are one client."""

    code = "link_to_itself"
    detail = "A client cannot be linked to itself."


class LinkInCircle(Invalid):
    """The upper client is already somewhere below the lower one."""

    code = "link_in_circle"
    detail = "A client cannot stand below itself."


class HeadOfficeTaken(Conflict):
    """A branch has one head office, be it that of a client merged into it."""

    code = "head_office_taken"
    detail = "The branch has a head office already."


class MergeInCircle(Conflict):
    """One of two clients stands somewhere below the other, with others between them."""

    code = "merge_in_circle"
    detail = "One of the two stands below the other by way of a third client."


class TwoHeadOffices(Conflict):
    """Both clients are branches, of two different companies."""

    code = "two_head_offices"
    detail = "The two are branches of different head offices; separate one of them first."


def directed(from_id: UUID, to_id: UUID, relation: Relation) -> tuple[UUID, UUID, Kind]:
    """The link as stored: the same whichever side it is told from. Raises LinkToItself."""
    if from_id == to_id:
        raise LinkToItself(field="to_client_id")
    kind = next((kind for kind in INVERSE if kind == relation), None)
    if kind is None:
        return to_id, from_id, _KIND_OF[relation]
    if kind in SYMMETRIC and to_id < from_id:
        return to_id, from_id, kind
    return from_id, to_id, kind
