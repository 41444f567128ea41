"""What others hear of assignment rules."""

from diwan.identity.v1 import events_pb2, identity_pb2

from chassis.events import Event, event
from edge.assignment_rules.tables import AssignmentRule


def rule_changed(verb: str, rule: AssignmentRule) -> Event:
    """edge.assignment_rule.created, updated or deleted."""
    # A deletion is newer than the last change, so that whoever follows takes it over.
    version = rule.version + (verb == "deleted")
    message = identity_pb2.AssignmentRule(
        id=str(rule.id), name=rule.name, folder_id=str(rule.folder_id or ""),
        country_code=rule.country_code or "", user_ids=[str(one) for one in rule.user_ids],
        team_id=str(rule.team_id or ""), order=rule.position, is_enabled=rule.is_enabled,
        version=version,
    )  # fmt: skip
    payload = events_pb2.AssignmentRuleChanged(assignment_rule=message)
    return event(f"edge.assignment_rule.{verb}", payload, rule.id, version)
