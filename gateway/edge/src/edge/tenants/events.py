"""What others hear of companies."""

from collections.abc import Iterable

from diwan.identity.v1 import events_pb2, identity_pb2

from chassis.events import Event, event
from edge.tenants.tables import Tenant


def message(tenant: Tenant) -> identity_pb2.Tenant:
    """A company as other services know it, without its people."""
    settings = identity_pb2.Settings(
        vat_number=tenant.vat_number, registration_number=tenant.registration_number,
        address=identity_pb2.Address(**tenant.address), phone=tenant.phone, email=tenant.email,
        website=tenant.website, logo_url=tenant.logo_url, week_start=tenant.week_start,
        weekend=tenant.weekend, numerals=tenant.numerals, hijri_display=tenant.hijri_display,
    )  # fmt: skip
    return identity_pb2.Tenant(
        id=str(tenant.id), name=tenant.name, country=tenant.country, currency=tenant.currency,
        timezone=tenant.timezone, locale=tenant.locale, version=tenant.version,
        vat_rate=tenant.vat_rate, settings=settings,
    )  # fmt: skip


def tenant_created(
    tenant: Tenant, users: Iterable[identity_pb2.User], roles: Iterable[identity_pb2.Role]
) -> Event:
    """edge.tenant.created, with its people: one event makes a remembered copy complete."""
    new = message(tenant)
    new.users.extend(users)
    new.roles.extend(roles)
    payload = events_pb2.TenantChanged(tenant=new)
    return event("edge.tenant.created", payload, tenant.id, tenant.version)


def tenant_updated(tenant: Tenant) -> Event:
    """edge.tenant.updated; of its people their own events tell."""
    payload = events_pb2.TenantChanged(tenant=message(tenant))
    return event("edge.tenant.updated", payload, tenant.id, tenant.version)
