"""What is asked of an export, and what a history holds."""

from chassis.shapes import View
from clients.client_links.schemas import ClientLinkView
from clients.clients.schemas.filters import ClientFilters
from clients.clients.schemas.records import ClientView
from clients.exports.rules.sheets import Format
from clients.files.schemas import FileView
from clients.insurance.schemas import ClaimView, PolicyView
from clients.merges.schemas import MergeView
from clients.notes.schemas import NoteView
from clients.timeline.schemas import EntryView


class ExportQuery(ClientFilters):
    """The list's own filters, and the form of the file."""

    format: Format = "csv"


class HistoryView(View):
    """A client and everything that is known of it here, the newest entries first."""

    client: ClientView
    notes: list[NoteView]
    links: list[ClientLinkView]
    insurance_policies: list[PolicyView]
    insurance_claims: list[ClaimView]
    files: list[FileView]
    merges: list[MergeView]
    timeline: list[EntryView]
