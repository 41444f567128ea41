"""What billing consists of."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from background.jobs import tables as job_tables
from billing.authority import open_authority
from billing.balances.routes import routes as balances
from billing.balances.servicer import Balances
from billing.books.routes.expenses import routes as expenses
from billing.books.routes.incomes import routes as incomes
from billing.books.use_cases import forget_entries
from billing.branches.routes import routes as branches
from billing.checkouts import routes as checkouts
from billing.checkouts import schedules as checkout_schedules
from billing.credit_notes.routes import of_invoices as credits_of_invoices
from billing.credit_notes.routes import routes as credit_notes
from billing.credit_notes.servicer import CreditNotes
from billing.defaults.routes import routes as billing_settings
from billing.devices.routes import routes as devices
from billing.devices.schedules import jobs as device_jobs
from billing.dunning import routes as dunning
from billing.dunning.schedules import jobs as dunning_jobs
from billing.entry_categories.routes import routes as entry_categories
from billing.estimate_statuses.routes import routes as estimate_statuses
from billing.estimates import schedules as estimate_schedules
from billing.estimates.routes import routes as estimates
from billing.estimates.servicer import Estimates
from billing.estimates.use_cases.drafts import forget_estimates
from billing.exchange_rates.routes import routes as exchange_rates
from billing.explanations.routes import of_invoices as explanations
from billing.invoice_imports import routes as invoice_imports
from billing.invoice_imports import schedules as invoice_import_schedules
from billing.invoices.routes import routes as invoices
from billing.invoices.schedules import jobs as invoice_jobs
from billing.invoices.servicer import Invoices
from billing.invoices.use_cases.drafts import forget_drafts
from billing.invoices.use_cases.linking import forget_links
from billing.ledger.routes import routes as ledger
from billing.logos.routes import routes as logos
from billing.logos.schedules import jobs as logo_jobs
from billing.metadata import METADATA
from billing.openings import consumers as openings
from billing.orders.routes import routes as orders
from billing.orders.use_cases.drafts import forget_orders
from billing.paper_templates.routes import routes as paper_templates
from billing.papers import routes as papers
from billing.papers.servicer import Papers
from billing.pay_pages.routes import routes as pay_pages
from billing.payment_providers.routes import routes as payment_providers
from billing.payment_providers.use_cases.accounts import open_providers
from billing.payments.routes import routes as payments
from billing.payments.servicer import Payments
from billing.payments.use_cases.refunding import forget_reasons
from billing.peers import Peers
from billing.product_imports import routes as product_imports
from billing.product_imports import schedules as product_import_schedules
from billing.products.routes import routes as products
from billing.proof.schedules import verify
from billing.public_estimates.routes import routes as public_estimates
from billing.public_invoices.routes import routes as public_invoices
from billing.reports.routes import routes as reports
from billing.series.routes import routes as series
from billing.settings import Settings
from billing.statements.routes import routes as statements
from billing.submissions import routes as submissions
from billing.submissions.schedules import jobs as submission_jobs
from billing.subscriptions.routes import routes as subscriptions
from billing.subscriptions.schedules import jobs as subscription_jobs
from billing.subscriptions.use_cases.terms import forget_subscriptions
from billing.taxes.consumers import consumers as tax_consumers
from billing.taxes.routes import routes as taxes
from chassis.context import Context
from chassis.i18n import register
from chassis.rpc.declare import Servicer
from chassis.service import Service
from papers.printing import open_printer
from refs import consumers, erasures, lag, snapshot, tables
from refs.audits import AuditLog, check_client
from refs.rights import key_rights, rights
from refs.visibility import about_visible_client

MIGRATIONS: Final = Path(__file__).parents[2] / "migrations"
COMMANDS: Final = {"verify": verify}
TABLES: Final = (METADATA, tables.people, tables.clients, job_tables.METADATA)

_ROUTERS: Final = (
    taxes,
    # Before those with an id in the same place.
    product_imports.routes,
    products,
    branches,
    series,
    estimates,
    public_estimates,
    estimate_statuses,
    orders,
    # Before those with an id in the same place.
    invoice_imports.routes,
    invoices,
    public_invoices,
    pay_pages,
    papers.routes,
    papers.of_estimates,
    papers.of_orders,
    papers.of_credit_notes,
    papers.of_payments,
    devices,
    submissions.of_invoices,
    submissions.of_credit_notes,
    subscriptions,
    entry_categories,
    expenses,
    incomes,
    exchange_rates,
    explanations,
    credits_of_invoices,
    credit_notes,
    billing_settings,
    logos,
    paper_templates,
    payments,
    payment_providers,
    checkouts.of_invoices,
    checkouts.routes,
    checkouts.in_public,
    checkouts.notices,
    ledger,
    balances,
    reports,
    statements,
    dunning.routes,
    dunning.of_invoices,
)
_JOBS: Final = (
    invoice_jobs, estimate_schedules.jobs, subscription_jobs, logo_jobs, device_jobs,
    submission_jobs, checkout_schedules.jobs, dunning_jobs,
    product_import_schedules.jobs, invoice_import_schedules.jobs,
)  # fmt: skip
_STARTING: Final = (
    snapshot.load_people,
    snapshot.load_folder_access,
    snapshot.load_clients,
    openings.load_openings,
    lag.watch,
    open_printer,
    open_authority,
    open_providers,
)
_SERVICERS: Final[tuple[Callable[[Context], Servicer], ...]] = (
    lambda _: AuditLog("billing", about_visible_client, check_client),
    Invoices,
    Estimates,
    CreditNotes,
    Payments,
    Balances,
    lambda _: Papers(),
)
# What each feature keeps of a client who is erased, or does not.
_FORGETTING: Final = (
    forget_drafts,
    forget_links,
    forget_estimates,
    forget_orders,
    forget_subscriptions,
    forget_entries,
    forget_reasons,
)


def build(settings: Settings) -> Service:
    """The table of contents."""
    register("billing")
    return Service(
        settings=settings,
        metadata=TABLES,
        migrations=MIGRATIONS,
        rights=rights,
        key_rights=key_rights,
        routers=_ROUTERS,
        servicers=_SERVICERS,
        peers=Peers,
        jobs=[*_JOBS, erasures.jobs("billing")],
        consumers=[
            tax_consumers,
            openings.consumers,
            consumers.people("billing"),
            consumers.folder_access("billing"),
            consumers.clients("billing"),
            erasures.consumers("billing", *_FORGETTING),
        ],
        system_look_ups=frozenset(
            {
                "estimate_of_link",
                "invoice_of_link",
                "tenant_of_payment_provider",
                "tenants_after",
                "tenants_with_due_checkouts",
                "tenants_with_due_subscriptions",
                "tenants_with_dunning_rules",
                "tenants_with_expired_estimates",
                "tenants_with_overdue_invoices",
            }
        ),
        on_start=_STARTING,
    )
