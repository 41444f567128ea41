"""HTTP door of forms: of those who make them, and of strangers who fill them in."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.requests import Request

from chassis.errors import Invalid
from chassis.http.callers import caller_address
from chassis.http.door import PUBLIC
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from clients.forms import rules
from clients.forms.repository import LIST, SUBMISSIONS, FormRepository
from clients.forms.schemas import (
    Answers,
    FormCreate,
    FormUpdate,
    FormView,
    PublicFormView,
    Received,
    SubmissionView,
)  # fmt: skip
from clients.forms.use_cases import answering, managing

routes = router("/v1/forms", "Forms")
in_public = router("/v1/public/forms", "Forms")

READ, MANAGE = "clients:read", "clients:manage"
Key = Annotated[str, Path(max_length=100)]
Outcomes = Annotated[list[rules.Outcome] | None, Query(max_length=3)]


@routes.get("", permission=READ, response_model=Page[FormView])
async def list_forms(
    work: Work, pages: Pages, enabled: Annotated[bool | None, Query()] = None
) -> Json:
    """List the public forms."""
    values = await FormRepository(work).scope_values()
    return Json(await LIST.page(work, pages, {"enabled": enabled}, **values))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"name": "حجز استشارة", "title": {"ar": "احجز استشارتك", "en": "Book a consultation"},
             "tags": ["VIP"], "fields": [
                 {"name": "name", "path": "name", "label": {"ar": "الاسم", "en": "Name"},
                  "required": True},
                 {"name": "mobile", "path": "phones.number", "label": {"ar": "الجوال"}}]},
)  # fmt: skip
async def create_form(work: Work, body: FormCreate) -> FormView:
    """Add a public form: which inputs it has, and where the clients come that it makes."""
    return FormView.of(await managing.create_form(work, body.stored()))


@routes.get("/{form_id}", permission=READ)
async def get_form(work: Work, form_id: UUID) -> FormView:
    """Read a form."""
    return FormView.of(await FormRepository(work).get(form_id))


@routes.patch("/{form_id}", permission=MANAGE, example={"enabled": False, "min_seconds": 3})
async def update_form(work: Work, form_id: UUID, body: FormUpdate) -> FormView:
    """Change a form; its public address stays."""
    return FormView.of(await managing.update_form(work, form_id, body.stored()))


@routes.delete("/{form_id}", permission=MANAGE)
async def delete_form(work: Work, form_id: UUID) -> None:
    """Remove a form and what was sent by it; the clients that it made stay."""
    await managing.delete_form(work, form_id)


@routes.get("/{form_id}/submissions", permission=MANAGE, response_model=Page[SubmissionView])
async def list_submissions(
    work: Work, pages: Pages, form_id: UUID, outcome: Outcomes = None
) -> Json:
    """List what was sent by a form, as it came, of the clients that you see."""
    forms = FormRepository(work)
    await forms.get(form_id)
    values = await forms.scope_values()
    page = await SUBMISSIONS.page(work, pages, {"outcome": outcome}, form_id=form_id, **values)
    return Json(page)


@in_public.get("/{form_key}", permission=PUBLIC)
async def get_public_form(context: Context, form_key: Key) -> PublicFormView:
    """See what a form asks for, to show it on a page."""
    return PublicFormView.model_validate(await answering.public_form(context, form_key))


@in_public.post(
    "/{form_key}", permission=PUBLIC, status=201,
    example={"name": "سارة القحطاني", "mobile": "0501234567"},
)  # fmt: skip
async def submit_form(context: Context, request: Request, form_key: Key, body: Answers) -> Received:
    """Send a form filled in: no account is needed."""
    given = body.model_extra or {}
    if len(await request.body()) > rules.MOST_BYTES:
        raise rules.AnswerTooLarge()
    if len(given) > rules.MOST_FIELDS:
        raise Invalid(code="too_many", field=next(iter(given)))
    address = caller_address(request)
    await answering.submit(context, form_key, given, body.token, address)
    return Received()
