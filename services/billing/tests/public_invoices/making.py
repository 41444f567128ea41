"""Links to invoices, and the addresses they lead to."""

from typing import Any

from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import INVOICES, issued

PUBLIC = "/v1/public/invoices"


def address(sent: Json) -> str:
    """The path of the link that was shown."""
    return f"{PUBLIC}/{sent['share_url'].rpartition('/')[2]}"


async def sent(person: Person, *lines: Json, **fields: Any) -> tuple[Json, str]:
    """An issued invoice that was sent, and the address that its client was given."""
    made = await issued(person, *lines, **fields)
    after = await person.post(f"{INVOICES}/{made['id']}/send")
    return after, address(after)
