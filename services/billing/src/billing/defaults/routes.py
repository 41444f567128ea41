"""HTTP door of a company's billing settings."""

from dataclasses import asdict
from typing import Any

from billing.defaults import use_cases
from billing.defaults.repository import BillingSettingsRepository
from billing.defaults.rules import CreditLimitMode
from billing.defaults.schemas import BillingSettingsUpdate, BillingSettingsView
from billing.defaults.tables import BillingSettings
from chassis.http.router import Work, router

routes = router("/v1/settings/billing", "Company")

_TEXTS = ("payment_terms", "notes", "terms")


@routes.get("", permission="billing:read")
async def get_billing_settings(work: Work) -> BillingSettingsView:
    """Read what invoices take where they say nothing."""
    known = await BillingSettingsRepository(work).current()
    if known is not None:
        return _shown(known)
    return BillingSettingsView(
        version=0, updated_at=None, due_days=0, payment_terms=None, notes=None, terms=None,
        credit_limit_mode=CreditLimitMode.OFF, e_invoicing=False,
    )  # fmt: skip


@routes.patch(
    "", permission="billing:manage",
    example={"due_days": 30, "payment_terms": {"ar": "خلال 30 يومًا", "en": "Within 30 days"},
             "notes": {"ar": "شكرًا لتعاملكم معنا", "en": "Thank you for your business"},
             "credit_limit_mode": "warn", "e_invoicing": False},
)  # fmt: skip
async def update_billing_settings(work: Work, body: BillingSettingsUpdate) -> BillingSettingsView:
    """Change what invoices take where they say nothing; drafts keep what they took."""
    return _shown(await use_cases.update_settings(work, _changes(body)))


def _changes(body: BillingSettingsUpdate) -> dict[str, Any]:
    changes = body.model_dump(mode="json", exclude_unset=True)
    for name in _TEXTS:
        if (text := getattr(body, name)) is not None and name in changes:
            changes[name] = text.stored()
    if "e_invoicing" in changes:
        changes["is_e_invoicing"] = changes.pop("e_invoicing")
    return changes


def _shown(settings: BillingSettings) -> BillingSettingsView:
    return BillingSettingsView.model_validate(
        asdict(settings) | {"e_invoicing": settings.is_e_invoicing}
    )
