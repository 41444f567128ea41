"""What can be done with orders that are not agreed yet."""

from typing import Any, Final

from billing.documents.rules import check_dates
from billing.documents.use_cases.drafting import Drafts
from billing.orders import events, rules
from billing.orders.repository import OrderRepository
from billing.orders.tables import Order


def _check_dates(values: dict[str, Any]) -> None:
    check_dates(values["issue_date"], values["due_date"])


DRAFTS: Final[Drafts[Order]] = Drafts(
    OrderRepository, "order", events.order_changed, rules.check_draft, _check_dates
)
create_order = DRAFTS.create
update_order = DRAFTS.update
delete_order = DRAFTS.delete
# No law has a company keep what was ordered of it; its invoice is.
forget_orders = DRAFTS.forget
