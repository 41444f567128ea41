"""Events door of assignment rules."""

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from clients.assignment_rules import repository, use_cases

consumers = Consumers("clients-assignment_rules")


@consumers.on("edge.assignment_rule.>")
async def on_rule_changed(work: UnitOfWork, event: Event) -> None:
    """Take over what identity says of a rule."""
    is_deleted = event.type.endswith(".deleted")
    await repository.take_over(work, event.data["assignment_rule"], is_deleted=is_deleted)
    use_cases.forget(work)
