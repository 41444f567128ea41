"""What memberships consists of."""

from pathlib import Path
from typing import Final

from chassis.i18n import register
from chassis.service import Service
from memberships.check_ins.routes import routes as check_ins
from memberships.check_ins.use_cases import forget_check_ins
from memberships.credit.routes.charges import routes as credit_charges
from memberships.credit_types.routes import routes as credit_types
from memberships.defaults.routes import routes as membership_settings
from memberships.invoicing.consumers import consumers as invoicing_consumers
from memberships.invoicing.schedules import jobs as invoicing_jobs
from memberships.metadata import METADATA
from memberships.package_orders.routes import routes as package_orders
from memberships.package_orders.use_cases import forget_orders
from memberships.packages.routes import routes as packages
from memberships.peers import Peers
from memberships.sales.schedules import jobs as renewal_jobs
from memberships.settings import Settings
from refs import consumers, erasures, lag, snapshot, tables
from refs.audits import AuditLog, check_client
from refs.rights import key_rights, rights
from refs.visibility import about_visible_client

MIGRATIONS: Final = Path(__file__).parents[2] / "migrations"
TABLES: Final = (METADATA, tables.people, tables.clients)

register("memberships")


def build(settings: Settings) -> Service:
    """The table of contents."""
    return Service(
        settings=settings,
        metadata=TABLES,
        migrations=MIGRATIONS,
        rights=rights,
        key_rights=key_rights,
        routers=[
            check_ins,
            credit_charges,
            credit_types,
            package_orders,
            packages,
            membership_settings,
        ],
        servicers=[lambda _: AuditLog("memberships", about_visible_client, check_client)],
        peers=Peers,
        jobs=[invoicing_jobs, renewal_jobs, erasures.jobs("memberships")],
        consumers=[
            invoicing_consumers,
            consumers.people("memberships"),
            consumers.folder_access("memberships"),
            consumers.clients("memberships"),
            erasures.consumers("memberships", forget_check_ins, forget_orders),
        ],
        system_look_ups=frozenset({"tenants_with_due_renewals", "tenants_with_pending_bills"}),
        on_start=[
            snapshot.load_people,
            snapshot.load_folder_access,
            snapshot.load_clients,
            lag.watch,
        ],
    )
