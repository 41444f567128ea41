"""Estimates as something that clients have links to."""

from typing import Final

from billing.estimates import events, rules
from billing.estimates.repository import EstimateRepository, found_by
from billing.estimates.tables import Estimate
from billing.links.use_cases.giving import Kind
from chassis.events import Event


def _updated(estimate: Estimate, changed: list[str]) -> Event:
    return events.estimate_changed("updated", estimate, changed=changed)


LINKED: Final[Kind[Estimate]] = Kind(
    name="estimate", path="/v1/public/estimates", repository=EstimateRepository,
    found_by=found_by, letters=rules.LETTERS, nowhere=rules.EstimateLinkNotFound,
    updated=_updated,
)  # fmt: skip
