"""The page of an estimate, and where its client goes who answers on it."""

from collections.abc import Awaitable
from contextlib import suppress
from typing import Any, Final

from starlette.responses import Response

from billing.estimates.rules import EstimateNotOpen
from billing.estimates.use_cases import visiting
from billing.estimates.use_cases.linked import LINKED
from billing.pages.rules.words import Spoken
from billing.pages.use_cases import look_on_page, see
from billing.pages.use_cases import page as shown_page
from billing.papers.rules import offers, parts
from billing.papers.use_cases.papers import parties_now
from chassis.context import Context

_TONES: Final = {"accepted": "good", "converted": "good", "declined": "bad", "expired": "bad"}
_OUTCOMES: Final = {
    "accepted": "accepted", "converted": "accepted", "declined": "declined", "expired": "expired",
}  # fmt: skip


async def page(context: Context, token: str, language: Spoken | None) -> Response:
    """The estimate that a link leads to as a page, which counts as a view."""
    caller, estimate = await visiting.visit(context, token)
    whole = estimate | await parties_now(context, caller, estimate)
    look = await look_on_page(context, caller, "estimate", whole, language)
    expires = whole["expires_on"]
    return shown_page(
        "estimate", look, sheet=offers.estimate(whole, look), address=_address(token),
        status=whole["status_name"], tone=_TONES.get(whole["status"], "open"),
        figure=parts.amount("total", whole["total"], look, currency=whole["currency"]),
        by=parts.day("expires_on", expires, look) if expires else None,
        can_answer=whole["can_answer"], outcome=_OUTCOMES.get(whole["status"]),
    )  # fmt: skip


async def answered(
    answering: Awaitable[dict[str, Any]], token: str, language: Spoken | None
) -> Response:
    """Back to the page, which shows what became of it: also who sends it twice, or too late."""
    with suppress(EstimateNotOpen):
        await answering
    return see(_address(token), language)


def _address(token: str) -> str:
    return f"{LINKED.path}/{token}"
