"""What automation consists of."""

from pathlib import Path

from automation.flows.consumers import consumers as flow_consumers
from automation.flows.routes import routes as flows
from automation.flows.use_cases.book import Book
from automation.metadata import METADATA
from automation.peers import Peers
from automation.runs.consumers import consumers as run_consumers
from automation.runs.routes import of_flows
from automation.runs.routes import routes as runs
from automation.runs.schedules import jobs as run_jobs
from automation.runs.use_cases.execute import Machinery
from automation.runs.use_cases.forget import forget_runs
from automation.runs.use_cases.pace import Pace
from automation.settings import Settings
from chassis.i18n import register
from chassis.service import Service
from refs import consumers, erasures, lag, snapshot, tables
from refs.audits import AuditLog, check_client
from refs.rights import key_rights, rights
from refs.visibility import about_visible_client


def build(settings: Settings) -> Service:
    """The table of contents."""
    register("automation")
    book = Book()
    return Service(
        settings=settings,
        metadata=(METADATA, tables.people, tables.clients),
        migrations=Path(__file__).parents[2] / "migrations",
        rights=rights,
        key_rights=key_rights,
        peers=Peers,
        routers=[flows, of_flows, runs],
        servicers=[lambda _: AuditLog("automation", about_visible_client, check_client)],
        jobs=[
            run_jobs(Machinery(book, Pace(settings.flow_runs_per_minute))),
            erasures.jobs("automation"),
        ],
        consumers=[
            run_consumers(book),
            flow_consumers,
            consumers.people("automation"),
            consumers.folder_access("automation"),
            consumers.clients("automation"),
            erasures.consumers("automation", forget_runs),
        ],
        on_start=[
            snapshot.load_people,
            snapshot.load_folder_access,
            snapshot.load_clients,
            lag.watch,
        ],
    )
