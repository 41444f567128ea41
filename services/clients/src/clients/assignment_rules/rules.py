"""Who gets a client that comes without staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AssignmentRule:
    """An enabled rule and who takes turns; nothing stands for any folder, any country."""

    id: UUID
    folder_id: UUID | None
    country_code: str | None
    candidates: Sequence[UUID]


def fits(rule: AssignmentRule, folder_id: UUID, country_code: str) -> bool:
    """Whether the rule is for a client of this folder and country, and anybody is left."""
    return (
        bool(rule.candidates)
        and rule.folder_id in (None, folder_id)
        and rule.country_code in (None, country_code)
    )


def first(
    ordered: Sequence[AssignmentRule], folder_id: UUID, country_code: str
) -> AssignmentRule | None:
    """The rule that decides; None where none fits."""
    return next((rule for rule in ordered if fits(rule, folder_id, country_code)), None)


def whose(rule: AssignmentRule, turn: int) -> UUID:
    """Who a turn belongs to; whoever counts up gives everybody the same number, or one more."""
    return rule.candidates[turn % len(rule.candidates)]
