"""HTTP door of imports of calendars."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import StreamingResponse

from background.imports.schemas import Outcome
from background.imports.use_cases import reporting
from background.jobs.repository import LIST, JobRepository
from background.jobs.schemas import JobView
from chassis.http.problems import locale_of
from chassis.http.router import Context, Json, Pages, Sent, Work, router
from chassis.http.uploads import Upload
from chassis.paging import Page
from scheduling.calendar_imports.repository import ROWS
from scheduling.calendar_imports.schemas import (
    CalendarImportAccepted,
    CalendarImportFields,
    CalendarImportView,
    CalendarRowView,
)
from scheduling.calendar_imports.use_cases import beginning
from scheduling.calendar_imports.use_cases.beginning import IMPORT, File

PATH = "/v1/calendars/imports"
routes = router(PATH, "Calendars")

READ, WRITE, DELETE = "scheduling:read", "scheduling:write", "scheduling:delete"
Outcomes = Annotated[list[Outcome] | None, Query(max_length=4)]
_EXAMPLE = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//AR\r\nBEGIN:VEVENT\r\n"
    "UID:1@example.com\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:29980310T090000Z\r\n"
    "DTEND:29980310T100000Z\r\nSUMMARY:استشارة\r\nATTENDEE:mailto:sara@example.com\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


@routes.post(
    "", permission=WRITE, status=202, response_model=CalendarImportAccepted,
    upload=CalendarImportFields,
    example={"file": _EXAMPLE, "past": "leave_out", "when_taken": "refuse", "dry_run": "false"},
)  # fmt: skip
async def begin_calendar_import(
    work: Work, context: Context, sent: Annotated[Upload[CalendarImportFields], Sent]
) -> Json:
    """Take appointments in from a calendar's file (.ics): a job."""
    file = File(sent.content, sent.name)
    made = await beginning.begin_import(work, context, file, sent.fields)
    return _accepted(made, made)


@routes.get("", permission=READ, response_model=Page[JobView])
async def list_calendar_imports(work: Work, pages: Pages) -> Json:
    """List the calendars that you took in; who manages scheduling sees everybody's."""
    scope = await JobRepository(work, "scheduling").scope_values()
    return Json(await LIST.page(work, pages, {"kind": [IMPORT], "status": None}, **scope))


@routes.get("/{calendar_import_id}", permission=READ)
async def get_calendar_import(work: Work, calendar_import_id: UUID) -> CalendarImportView:
    """See how far an import is, what was asked of it and what came of it."""
    return CalendarImportView.of(await reporting.import_job(work, calendar_import_id, IMPORT))


@routes.get("/{calendar_import_id}/rows", permission=READ, response_model=Page[CalendarRowView])
async def list_calendar_import_rows(
    work: Work, pages: Pages, calendar_import_id: UUID, outcome: Outcomes = None
) -> Json:
    """List the appointments of an import: what became of each, and why those that failed did."""
    await reporting.import_job(work, calendar_import_id, IMPORT)
    return Json(await ROWS.page(work, calendar_import_id, pages, outcome))


@routes.get(
    "/{calendar_import_id}/report", permission=READ, response_model=None, files=("text/csv",)
)
async def download_calendar_import_report(
    work: Work, context: Context, request: Request, calendar_import_id: UUID,
    outcome: Outcomes = None,
) -> StreamingResponse:  # fmt: skip
    """Download the same as a CSV file, in the language asked for."""
    await reporting.import_job(work, calendar_import_id, IMPORT)
    locale = locale_of(request, work.caller)
    wanted = reporting.Report(ROWS, ("Appointment", "title"), locale, outcome)
    name = f"import-{calendar_import_id}.csv"
    return StreamingResponse(
        reporting.report(context, work.caller, calendar_import_id, wanted),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@routes.post(
    "/{calendar_import_id}/undo", permission=DELETE, status=202,
    response_model=CalendarImportAccepted,
)  # fmt: skip
async def undo_calendar_import(work: Work, calendar_import_id: UUID) -> Json:
    """Remove all that the import made, done or not, and nobody has changed since: a job."""
    return _accepted(await beginning.begin_undo(work, calendar_import_id), calendar_import_id)


def _accepted(job_id: UUID, import_id: UUID) -> Json:
    body = CalendarImportAccepted(job_id=job_id).model_dump_json()
    return Json(body, location=f"{PATH}/{import_id}")
