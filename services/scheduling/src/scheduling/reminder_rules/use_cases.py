"""What is done with rules of reminders."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from chassis.work import UnitOfWork
from scheduling.actions.repository import ActionRepository
from scheduling.actions.rules import UnknownAction
from scheduling.reminder_rules import rules
from scheduling.reminder_rules.repository import ReminderRuleRepository
from scheduling.reminder_rules.tables import ReminderRule

Json = dict[str, Any]
# What is still to come is reckoned anew by a job: it may be a year of appointments.
RECKON: Final = "scheduling.reckon_reminders"


async def create_rule(work: UnitOfWork, values: Json) -> ReminderRule:
    """Add a rule; raises TooManyReminderRules, UnknownAction, and what its parts are refused
    with.
    """
    rules.check(values)
    known = ReminderRuleRepository(work)
    await _check_actions(work, values["action_ids"])
    is_asked_again = values["id"] is not None and await known.find(values["id"]) is not None
    if not is_asked_again and await known.count() >= rules.MOST_RULES:
        raise rules.TooManyReminderRules(most=rules.MOST_RULES)
    rule, is_new = await known.add_once(**values)
    if is_new and rule.is_active:
        _reckon(work)
    return rule


async def update_rule(work: UnitOfWork, rule_id: UUID, changes: Json) -> ReminderRule:
    """Change a rule, or put it away; raises as `create_rule` does."""
    repository = ReminderRuleRepository(work)
    known = await repository.get_for_update(rule_id)
    rules.check(asdict(known) | changes)
    await _check_actions(work, changes.get("action_ids", ()), known.action_ids)
    updated = await repository.update(known, **changes)
    if updated is not known and (known.is_active or updated.is_active):
        _reckon(work)
    return updated


async def delete_rule(work: UnitOfWork, rule_id: UUID) -> None:
    """Remove a rule; nobody is reminded by it any more."""
    known = ReminderRuleRepository(work)
    await known.delete(await known.get_for_update(rule_id))
    _reckon(work)


async def _check_actions(
    work: UnitOfWork, action_ids: Sequence[UUID], known: Collection[UUID] = ()
) -> None:
    """Of appointments, or of clients: what an appointment may be made for."""
    added = [one for one in action_ids if one not in known]
    if not added:
        return
    actions = ActionRepository(work)
    found = await actions.usable(added, "appointment") | await actions.usable(added, "client")
    for place, one in enumerate(action_ids):
        if one in added and one not in found:
            raise UnknownAction(field=f"action_ids.{place}")


def _reckon(work: UnitOfWork) -> None:
    work.enqueue(RECKON, {}, unique="all")
