"""What communications consists of."""

from pathlib import Path

from chassis.i18n import register
from chassis.service import Service
from comms.identity_mails.consumers import consumers as identity_mail_consumers
from comms.identity_mails.schedules import jobs as identity_mail_jobs
from comms.messages.routes import routes as messages
from comms.messages.schedules import jobs as message_jobs
from comms.messages.servicer import Messages
from comms.messages.use_cases import forget_messages
from comms.metadata import METADATA
from comms.notifications.consumers import consumers as notification_consumers
from comms.notifications.routes import routes as notifications
from comms.notifications.use_cases import forget_notifications
from comms.peers import Peers
from comms.settings import Settings
from comms.templates.routes import routes as templates
from refs import consumers, erasures, lag, snapshot, tables
from refs.audits import AuditLog, check_client
from refs.rights import key_rights, rights
from refs.visibility import about_visible_client


def build(settings: Settings) -> Service:
    """The table of contents."""
    register("comms")
    return Service(
        settings=settings,
        metadata=(METADATA, tables.people, tables.clients),
        migrations=Path(__file__).parents[2] / "migrations",
        rights=rights,
        key_rights=key_rights,
        peers=lambda channels: Peers(channels, settings),
        routers=[messages, templates, notifications],
        servicers=[Messages, lambda _: AuditLog("comms", about_visible_client, check_client)],
        jobs=[message_jobs, identity_mail_jobs, erasures.jobs("comms")],
        consumers=[
            notification_consumers,
            consumers.people("comms"),
            consumers.folder_access("comms"),
            consumers.clients("comms"),
            erasures.consumers("comms", forget_messages, forget_notifications),
            identity_mail_consumers,
        ],
        on_start=[
            snapshot.load_people,
            snapshot.load_folder_access,
            snapshot.load_clients,
            lag.watch,
        ],
    )
