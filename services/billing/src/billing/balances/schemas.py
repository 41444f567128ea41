"""Shapes of balances."""

from uuid import UUID

from chassis.shapes import View


class ClientBalance(View):
    """How a client stands in one currency: `invoiced` = `paid` + `written_off` + `due`, which are
    also of what an `opening` balance above zero asks for; one below zero is credit.
    `credit` is what is left of payments, `lifetime_value` what came in less what went back.
    """

    client_id: UUID
    url: str
    currency: str
    invoiced: str
    paid: str
    written_off: str
    due: str
    opening: str
    overdue: str
    credit: str
    lifetime_value: str


class BalanceView(ClientBalance):
    """With `rollup`, of the client and of all below it, whose own are its `parts`; else null."""

    parts: list[ClientBalance] | None = None
