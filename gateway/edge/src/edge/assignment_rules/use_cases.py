"""Making and changing the rules by which clients without staff are assigned."""

from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from edge.assignment_rules import events, rules
from edge.assignment_rules.repository import AssignmentRuleRepository
from edge.assignment_rules.tables import AssignmentRule
from edge.users.repository import TeamRepository, UserRepository
from edge.users.rules import UnknownTeam, UnknownUser


async def create_rule(work: UnitOfWork, values: dict[str, Any]) -> AssignmentRule:
    """Make a rule; the same id and body again give the same rule."""
    rules.check_target(values["user_ids"], values["team_id"])
    rule, is_new = await AssignmentRuleRepository(work).add_once(**await _checked(work, values))
    if is_new:
        work.publish(events.rule_changed("created", rule))
    return rule


async def update_rule(work: UnitOfWork, rule_id: UUID, changes: dict[str, Any]) -> AssignmentRule:
    """Change a rule; clients that were assigned by it stay as they are."""
    found = AssignmentRuleRepository(work)
    rule = await found.get_for_update(rule_id)
    rules.check_target(changes.get("user_ids", rule.user_ids), changes.get("team_id", rule.team_id))
    changed = await found.update(rule, **await _checked(work, changes))
    if changed.version != rule.version:
        work.publish(events.rule_changed("updated", changed))
    return changed


async def delete_rule(work: UnitOfWork, rule_id: UUID) -> None:
    """Remove a rule; clients that were assigned by it stay as they are."""
    found = AssignmentRuleRepository(work)
    rule = await found.get_for_update(rule_id)
    await found.delete(rule)
    work.publish(events.rule_changed("deleted", rule))


async def _checked(work: UnitOfWork, values: dict[str, Any]) -> dict[str, Any]:
    """Column values; users and a team are the company's, and each user has one turn."""
    rules.check_country(values.get("country_code"))
    if user_ids := values.get("user_ids"):
        values["user_ids"] = list(dict.fromkeys(user_ids))
        known = {user.id for user in await UserRepository(work).named(user_ids) if user.is_active}
        if set(user_ids) - known:
            raise UnknownUser(field="user_ids")
    if (team_id := values.get("team_id")) and await TeamRepository(work).find(team_id) is None:
        raise UnknownTeam(field="team_id")
    return {rules.FIELDS.get(name, name): value for name, value in values.items()}
