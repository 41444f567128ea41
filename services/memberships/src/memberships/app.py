"""What memberships consists of."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from background.jobs import tables as job_tables
from chassis.context import Context
from chassis.i18n import register
from chassis.rpc.declare import Servicer
from chassis.service import Service
from memberships.charge_imports import routes as charge_imports
from memberships.charge_imports import schedules as charge_import_schedules
from memberships.check_ins.routes import routes as check_ins
from memberships.check_ins.use_cases import forget_check_ins
from memberships.credit.consumers import consumers as credit_consumers
from memberships.credit.routes.balances import balances as credit_balances
from memberships.credit.routes.balances import entries as credit_entries
from memberships.credit.routes.charges import routes as credit_charges
from memberships.credit.routes.holds import routes as credit_holds
from memberships.credit.routes.transfers import adjustments as credit_adjustments
from memberships.credit.routes.transfers import shares as credit_shares
from memberships.credit.routes.transfers import transfers as credit_transfers
from memberships.credit.routes.usages import routes as credit_usages
from memberships.credit.schedules import jobs as credit_jobs
from memberships.credit.servicer import Credit
from memberships.credit.use_cases.sharing import forget_credit
from memberships.credit_types.routes import routes as credit_types
from memberships.defaults.routes import routes as membership_settings
from memberships.explanations.routes import of_memberships as explanations
from memberships.invoicing.consumers import consumers as invoicing_consumers
from memberships.invoicing.schedules import jobs as invoicing_jobs
from memberships.loyalty.consumers import consumers as loyalty_consumers
from memberships.loyalty.routes.programme import routes as loyalty_rules
from memberships.loyalty.routes.redemptions import of_clients as loyalty_balances
from memberships.loyalty.routes.redemptions import routes as redemptions
from memberships.loyalty.schedules import jobs as loyalty_jobs
from memberships.membership_imports import routes as membership_imports
from memberships.membership_imports import schedules as membership_import_schedules
from memberships.memberships.routes import routes as memberships
from memberships.memberships.schedules import jobs as membership_jobs
from memberships.memberships.use_cases.ending import forget_memberships
from memberships.metadata import METADATA
from memberships.package_orders.routes import routes as package_orders
from memberships.package_orders.use_cases import forget_orders
from memberships.packages.routes import routes as packages
from memberships.peers import Peers
from memberships.proof.schedules import verify
from memberships.sales.routes import routes as sales
from memberships.sales.schedules import jobs as renewal_jobs
from memberships.settings import Settings
from papers.printing import open_printer
from refs import consumers, erasures, lag, snapshot, tables
from refs.audits import AuditLog, check_client
from refs.rights import key_rights, rights
from refs.visibility import about_visible_client

MIGRATIONS: Final = Path(__file__).parents[2] / "migrations"
COMMANDS: Final = {"verify": verify}
TABLES: Final = (METADATA, tables.people, tables.clients, job_tables.METADATA)


_ROUTERS: Final = (
    check_ins,
    credit_adjustments,
    credit_balances,
    # Before those with an id in the same place.
    charge_imports.routes,
    credit_charges,
    credit_entries,
    credit_holds,
    credit_shares,
    credit_transfers,
    credit_usages,
    credit_types,
    explanations,
    loyalty_balances,
    loyalty_rules,
    # Before those with an id in the same place.
    membership_imports.routes,
    memberships,
    package_orders,
    packages,
    redemptions,
    membership_settings,
    sales,
)
_JOBS: Final = (
    charge_import_schedules.jobs,
    credit_jobs,
    invoicing_jobs,
    loyalty_jobs,
    membership_import_schedules.jobs,
    membership_jobs,
    renewal_jobs,
)
_STARTING: Final = (
    snapshot.load_people,
    snapshot.load_folder_access,
    snapshot.load_clients,
    lag.watch,
    open_printer,
)
_SERVICERS: Final[tuple[Callable[[Context], Servicer], ...]] = (
    lambda _: AuditLog("memberships", about_visible_client, check_client),
    Credit,
)
# What each feature keeps of a client who is erased, or does not.
_FORGETTING: Final = (
    forget_check_ins,
    forget_credit,
    forget_memberships,
    forget_orders,
)


def build(settings: Settings) -> Service:
    """The table of contents."""
    register("memberships")
    return Service(
        settings=settings,
        metadata=TABLES,
        migrations=MIGRATIONS,
        rights=rights,
        key_rights=key_rights,
        routers=_ROUTERS,
        servicers=_SERVICERS,
        peers=Peers,
        jobs=[*_JOBS, erasures.jobs("memberships")],
        consumers=[
            credit_consumers,
            invoicing_consumers,
            loyalty_consumers,
            consumers.people("memberships"),
            consumers.folder_access("memberships"),
            consumers.clients("memberships"),
            erasures.consumers("memberships", *_FORGETTING),
        ],
        system_look_ups=frozenset(
            {
                "tenants_to_prove",
                "tenants_with_due_renewals",
                "tenants_with_expiring_credit",
                "tenants_with_memberships_to_look_at",
                "tenants_with_pending_bills",
                "tenants_with_refused_renewals",
                "tenants_with_waiting_redemptions",
            }
        ),
        on_start=_STARTING,
    )
