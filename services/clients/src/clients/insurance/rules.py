"""Insurance: who covers a client, by which policy, and how far a claim may go."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from chassis.errors import Conflict, Forbidden, Invalid, NotFound

SECTION: Final = "insurance"
MOST_FILES: Final = 20
MOST_CONTACTS: Final = 10
State = Literal["draft", "submitted", "approved", "rejected", "paid"]
# From each state to those that may follow.
NEXT: Final[Mapping[str, frozenset[str]]] = {
    "draft": frozenset({"submitted"}),
    "submitted": frozenset({"approved", "rejected"}),
    "approved": frozenset({"paid"}),
    "rejected": frozenset(),
    "paid": frozenset(),
}
# What the insurer was told; the rest is the company's own and may still be put right.
_TOLD: Final = frozenset({"claimed_on", "amount_minor", "file_ids"})


class InsuranceOff(Forbidden):
    """The layout of the client's folder does not have the section."""

    code = "insurance_off"
    detail = "The layout of this client's folder has insurance switched off."


class ProviderNotFound(NotFound):
    """No such insurer."""

    code = "insurance_provider_not_found"
    detail = "There is no such insurance provider."


class ProviderInUse(Conflict):
    """Policies name it."""

    code = "insurance_provider_in_use"
    detail = "There are policies of this provider; archive it instead."


class ProviderCodeTaken(Conflict):
    """A code names one insurer."""

    code = "insurance_provider_code_taken"
    detail = "Another insurance provider has this code."


class UnknownProvider(Invalid):
    """A body names an insurer that is not there, or is put away."""

    code = "unknown_insurance_provider"
    detail = "There is no such insurance provider, or it is archived."


class PolicyNotFound(NotFound):
    """No such policy, or one of a client that the caller does not see."""

    code = "insurance_policy_not_found"
    detail = "There is no such insurance policy."


class PolicyInUse(Conflict):
    """Claims stand on it."""

    code = "insurance_policy_in_use"
    detail = "There are claims on this policy."


class UnknownPolicy(Invalid):
    """A body names a policy that is not there, or not visible: both alike."""

    code = "unknown_insurance_policy"
    detail = "There is no such insurance policy."


class EndsBeforeStart(Invalid):
    """A policy lasts at least a day."""

    code = "ends_before_start"
    detail = "A policy does not end before it starts."


class HolderNotLinked(Invalid):
    """The holder is the client, or a client linked to it."""

    code = "holder_not_linked"
    detail = "The holder is not linked to this client."


class NotAPercentage(Invalid):
    """More than all of it."""

    code = "not_a_percentage"
    detail = "A percentage is between 0 and 100."


class ClaimNotFound(NotFound):
    """No such claim, or one of a client that the caller does not see."""

    code = "insurance_claim_not_found"
    detail = "There is no such insurance claim."


class ClaimNotDraft(Conflict):
    """The insurer has it."""

    code = "insurance_claim_not_draft"
    detail = "What was claimed can be changed while the claim is a draft."


class StateNotPossible(Conflict):
    """Not from where it stands."""

    code = "insurance_claim_state_not_possible"
    detail = "A claim does not go from {state} to {to}."


class ApprovedAboveClaimed(Invalid):
    """An insurer grants what was asked for, or less."""

    code = "approved_above_claimed"
    detail = "No more can be approved than was claimed."


def check_period(starts_on: date, ends_on: date | None) -> None:
    """Raises EndsBeforeStart."""
    if ends_on is not None and ends_on < starts_on:
        raise EndsBeforeStart(field="ends_on")


def percent(name: str, text: str | None) -> str | None:
    """A percentage in its one form, "80" or "12.5"; raises NotAPercentage."""
    if text is None:
        return None
    if (value := Decimal(text)) > 100:
        raise NotAPercentage(field=name)
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def moved(state: str, to: State) -> State:
    """The state after; raises StateNotPossible."""
    if to not in NEXT[state]:
        raise StateNotPossible(state=state, to=to)
    return to


def check_changes(state: str, names: Iterable[str]) -> None:
    """Raises ClaimNotDraft."""
    if state != "draft" and not _TOLD.isdisjoint(names):
        raise ClaimNotDraft()


def check_draft(state: str) -> None:
    """Raises ClaimNotDraft."""
    if state != "draft":
        raise ClaimNotDraft()


def approved_minor(claimed: int, approved: int | None) -> int:
    """What is granted: all of it unless less is said. Raises ApprovedAboveClaimed."""
    if approved is not None and approved > claimed:
        raise ApprovedAboveClaimed(field="amount")
    return claimed if approved is None else approved
