"""Which client a partner means by an id of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from clients.clients.rules.failures import SeveralClients


@dataclass(frozen=True, slots=True)
class Candidate:
    """A client with the external id, or one that answers for a merged client that had it."""

    id: UUID
    is_seen: bool
    is_own: bool
    is_archived: bool

    def ranks_as(self, other: "Candidate") -> bool:
        """Whether nothing tells which of the two is meant."""
        mine = (self.is_seen, self.is_own, self.is_archived)
        return mine == (other.is_seen, other.is_own, other.is_archived)


def meant(candidates: Sequence[Candidate]) -> UUID | None:
    """The one that is meant, of those that the caller sees, the best first; raises SeveralClients.

    Who is not archived comes before who is, and who has the id today before who had it.
    """
    if not candidates or not candidates[0].is_seen:
        return None
    first, *others = candidates
    if others and others[0].ranks_as(first):
        raise SeveralClients(field="external_id")
    return first.id
