"""What happens here when a company signs up."""

from billing.taxes import use_cases
from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork

consumers = Consumers("billing-taxes")


@consumers.on("edge.tenant.created")
async def on_tenant_created(work: UnitOfWork, event: Event) -> None:
    """Give it the VAT of its country."""
    await use_cases.start(work, event.data["tenant"].get("vat_rate") or "")
