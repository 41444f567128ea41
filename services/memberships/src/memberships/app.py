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
from memberships.metadata import METADATA
from memberships.packages.routes import routes as packages
from memberships.peers import Peers
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
        routers=[check_ins, credit_charges, credit_types, packages, membership_settings],
        servicers=[lambda _: AuditLog("memberships", about_visible_client, check_client)],
        peers=Peers,
        jobs=[erasures.jobs("memberships")],
        consumers=[
            consumers.people("memberships"),
            consumers.folder_access("memberships"),
            consumers.clients("memberships"),
            erasures.consumers("memberships", forget_check_ins),
        ],
        on_start=[
            snapshot.load_people,
            snapshot.load_folder_access,
            snapshot.load_clients,
            lag.watch,
        ],
    )
