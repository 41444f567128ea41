"""What the edge consists of."""

from functools import partial
from pathlib import Path

from fastapi import FastAPI

from chassis.context import Context
from chassis.http.description import describe
from chassis.i18n import register
from chassis.service import Service
from edge.api_docs.routes import routes as api_docs
from edge.api_docs.use_cases import Descriptions
from edge.api_keys import use_cases as api_key_use_cases
from edge.api_keys.routes import routes as api_keys
from edge.assignment_rules.routes import routes as assignment_rules
from edge.audit_log.routes import routes as audit_log
from edge.health.routes import routes as health
from edge.invitations.routes import routes as invitations
from edge.mail_links.routes import routes as mail_links
from edge.mail_links.schedules import jobs as mail_link_jobs
from edge.me.routes import routes as me
from edge.metadata import METADATA
from edge.oidc_identities.routes import routes as oidc_identities
from edge.oidc_providers import use_cases as oidc_provider_use_cases
from edge.oidc_providers.routes import routes as oidc_providers
from edge.oidc_sign_ins.routes import routes as oidc_sign_ins
from edge.passkeys.routes import routes as passkeys
from edge.passwords import use_cases as password_use_cases
from edge.peers import Views
from edge.problems.routes import routes as problems
from edge.revocations.schedules import jobs as revocation_jobs
from edge.roles.routes import routes as roles
from edge.second_factors.routes import routes as second_factors
from edge.second_factors.routes import user_routes as user_second_factors
from edge.sessions.routes import logout_routes as logout
from edge.sessions.routes import routes as sessions
from edge.sessions.schedules import jobs as session_jobs
from edge.settings import Settings
from edge.signing_keys import use_cases as signing_key_use_cases
from edge.signing_keys.routes import routes as signing_keys
from edge.signing_keys.schedules import jobs as signing_key_jobs
from edge.stream.routes import routes as stream
from edge.stream.use_cases import hub as stream_hub
from edge.tenants.routes import routes as tenants
from edge.tenants.routes import settings_routes as tenant_settings
from edge.tenants.servicer import IdentityServicer
from edge.throttles import use_cases as throttle_use_cases
from edge.today.routes import routes as today
from edge.tokens.routes import routes as tokens
from edge.users.routes.teams import routes as teams
from edge.users.routes.users import routes as users
from edge.users.use_cases.users import user_rights
from edge.workspace.routes import routes as workspace
from refs import consumers, erasures, snapshot, tables

ROUTERS = (
    tenants, tenant_settings, tokens, mail_links, logout, sessions, me, second_factors, passkeys,
    oidc_providers, oidc_identities, oidc_sign_ins,
    users, user_second_factors, invitations, teams, roles, assignment_rules, api_keys, audit_log,
    signing_keys, health, api_docs, problems, stream, today,
    workspace,
)  # fmt: skip
COMMANDS = {"rotate-keys": signing_key_use_cases.rotate_now}


def build(settings: Settings) -> Service:
    """The table of contents."""
    register("edge")
    return Service(
        settings=settings,
        metadata=(METADATA, tables.places, tables.clients),
        migrations=Path(__file__).parents[2] / "migrations",
        marks=("edge.tenant.",),
        rights=user_rights,
        key_rights=api_key_use_cases.key_rights,
        peers=partial(Views, settings=settings),
        routers=ROUTERS,
        servicers=[lambda _: IdentityServicer()],
        consumers=[
            consumers.folder_access("edge"), consumers.clients("edge"), erasures.consumers("edge"),
        ],
        jobs=[
            revocation_jobs, session_jobs, signing_key_jobs, mail_link_jobs, erasures.jobs("edge"),
        ],
        system_look_ups=frozenset({
            "identity_by_email", "tenant_of_session", "tenant_of_api_key", "tenant_of_invitation",
            "tenant_of_mail_link", "tenant_of_passkey", "tenant_of_oidc_provider",
            "person_of_email", "tenants_after", "signing_keys", "add_signing_key",
            "reseal_signing_key", "drop_signing_keys", "forget_sessions",
        }),
        on_start=[
            password_use_cases.start, throttle_use_cases.start, api_key_use_cases.start,
            signing_key_use_cases.start, oidc_provider_use_cases.start, describe_own,
            stream_hub.start, snapshot.load_folder_access, snapshot.load_clients,
        ],
    )  # fmt: skip


async def describe_own(context: Context) -> None:
    """The edge's own part of the API's document, known before any other."""
    own = FastAPI(title="edge")
    for part in ROUTERS:
        own.include_router(part)
    context.keep(Descriptions(parts={"edge": describe(own)}))
