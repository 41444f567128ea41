"""The clients service: what it is made of."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from background.jobs import tables as job_tables
from chassis.context import Context
from chassis.i18n import register
from chassis.rpc.declare import Servicer
from chassis.service import Service
from clients.assignment_rules import consumers as assignment_rule_consumers
from clients.bulk_actions import routes as bulk_actions
from clients.bulk_actions import schedules as bulk_schedules
from clients.categories import routes as categories
from clients.client_links import routes as client_links
from clients.client_links.servicer import ClientLinks
from clients.clients import consumers as client_consumers
from clients.clients import routes as clients
from clients.clients import schedules
from clients.clients.repository.rows import about_visible_client, check_visible_client
from clients.clients.servicer import Clients
from clients.custom_fields import routes as custom_fields
from clients.custom_fields import schedules as custom_field_schedules
from clients.duplicates import consumers as duplicate_consumers
from clients.duplicates import routes as duplicates
from clients.erasures import routes as erasures
from clients.exports import routes as exports
from clients.files import consumers as file_consumers
from clients.files import schedules as file_schedules
from clients.files.routes import files
from clients.files.routes import shares as file_shares
from clients.files.servicer import Files
from clients.folders import consumers as folder_consumers
from clients.folders import routes as folders
from clients.follow_up_statuses import routes as follow_up_statuses
from clients.forms import routes as forms
from clients.imports import routes as imports
from clients.imports import schedules as import_schedules
from clients.insurance.routes import claims as insurance_claims
from clients.insurance.routes import policies as insurance_policies
from clients.insurance.routes import providers as insurance_providers
from clients.jobs import routes as jobs
from clients.layouts import routes as layouts
from clients.merges import routes as merges
from clients.metadata import METADATA
from clients.notes import routes as notes
from clients.packs import routes as packs
from clients.photos import routes as photos
from clients.photos import schedules as photo_schedules
from clients.reveals import routes as reveals
from clients.segments import routes as segments
from clients.segments.servicer import Segments
from clients.settings import Settings
from clients.standings import consumers as standing_consumers
from clients.tags import routes as tags
from clients.timeline import consumers as timeline_consumers
from clients.timeline import routes as timeline
from refs import consumers as refs_consumers
from refs import erasures as refs_erasures
from refs.audits import AuditLog
from refs.rights import key_rights, rights
from refs.snapshot import load_people
from refs.tables import people

MIGRATIONS: Final = Path(__file__).parents[2] / "migrations"
TABLES: Final = (METADATA, people, job_tables.METADATA)
COMMANDS: Final = {
    "rebuild-timeline": timeline_consumers.rebuild,
    "find-duplicates": duplicate_consumers.find_all,
    "reseal-secrets": custom_field_schedules.reseal_secrets,
}

_AUDIT_LOG: Final = AuditLog("clients", about_visible_client, check_visible_client)


# Fixed addresses before those with an id in the same place.
_ROUTERS: Final = (
    timeline.routes,
    duplicates.routes,
    exports.routes,
    exports.of_client,
    bulk_actions.routes,
    jobs.routes,
    imports.routes,
    forms.routes,
    forms.in_public,
    clients.routes,
    folders.routes,
    tags.routes,
    categories.routes,
    follow_up_statuses.routes,
    custom_fields.routes,
    reveals.routes,
    notes.routes,
    photos.routes,
    file_shares.routes,
    files.routes,
    file_shares.public,
    client_links.routes,
    client_links.of_client,
    layouts.routes,
    insurance_providers.routes,
    insurance_policies.routes,
    insurance_claims.routes,
    segments.routes,
    merges.routes,
    merges.of_client,
    erasures.routes,
    packs.routes,
)
_SERVICERS: Final[tuple[Callable[[Context], Servicer], ...]] = (
    Clients,
    lambda _: ClientLinks(),
    lambda _: Files(),
    lambda _: Segments(),
    lambda _: _AUDIT_LOG,
)


def build(settings: Settings) -> Service:
    """The service's table of contents."""
    register("clients")
    return Service(
        settings=settings,
        metadata=TABLES,
        marks=("clients.client.",),
        migrations=MIGRATIONS,
        routers=_ROUTERS,
        servicers=_SERVICERS,
        consumers=[
            folder_consumers.consumers,
            client_consumers.consumers,
            timeline_consumers.consumers,
            standing_consumers.consumers,
            assignment_rule_consumers.consumers,
            duplicate_consumers.consumers,
            file_consumers.consumers,
            refs_consumers.people("clients"),
        ],
        jobs=[
            schedules.jobs,
            custom_field_schedules.jobs,
            bulk_schedules.jobs,
            import_schedules.jobs,
            file_schedules.jobs,
            photo_schedules.jobs,
            refs_erasures.jobs("clients"),
        ],
        rights=rights,
        key_rights=key_rights,
        system_look_ups=frozenset(
            {"tenants_after", "file_share_of_token", "tenants_with_due_files", "tenant_of_form"}
        ),
        on_start=[load_people],
    )
