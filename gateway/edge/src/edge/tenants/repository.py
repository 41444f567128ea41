"""All SQL of companies."""

from chassis.repository import Repository
from edge.tenants.tables import Tenant, tenants


class TenantRepository(Repository[Tenant]):
    """The one company of the work."""

    table = tenants
    row = Tenant
