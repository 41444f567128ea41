"""How many answers are taken in a minute."""

from typing import Final
from uuid import UUID

from chassis import throttle
from chassis.context import Context
from clients.forms import rules

_SECONDS: Final = 60


async def check(context: Context, form_id: UUID, address: str) -> None:
    """Count an answer; raises TooManyAnswers."""
    place = throttle.place_of(form_id, address)
    limits = {f"forms:{place}": rules.PER_ADDRESS, f"forms:{form_id}": rules.PER_FORM}
    if not await throttle.is_within(context, limits, _SECONDS):
        raise rules.TooManyAnswers(extra={"retry_after": _SECONDS})
