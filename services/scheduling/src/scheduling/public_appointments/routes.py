"""HTTP door of appointments for the clients who hold a link to one."""

from typing import Annotated, Literal

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from chassis.http.content import wants_page
from chassis.http.door import PUBLIC
from chassis.http.router import Context, router
from scheduling.appointments.use_cases import visiting
from scheduling.public_appointments import use_cases
from scheduling.public_appointments.schemas import CancelledByClient, PublicAppointmentView

routes = router("/v1/public/appointments", "Appointments")

HTML = "text/html"
Token = Annotated[str, Path(max_length=200)]
Spoken = Literal["ar", "en"]


@routes.get("/{appointment_token}", permission=PUBLIC, response_model=PublicAppointmentView,
            files=(HTML,), page=use_cases.refused, guessed=True)  # fmt: skip
async def view_appointment(
    context: Context, request: Request, appointment_token: Token, lang: Spoken | None = None
) -> PublicAppointmentView | Response:
    """See an appointment by its link. Browsers see a page."""
    told = await visiting.view(context, appointment_token)
    if wants_page(request):
        return use_cases.page(told, appointment_token, lang)
    return PublicAppointmentView.model_validate(told)


@routes.post("/{appointment_token}/confirm", permission=PUBLIC,
             response_model=PublicAppointmentView, files=(HTML,), page=use_cases.refused,
             guessed=True)  # fmt: skip
async def confirm_by_link(
    context: Context, request: Request, appointment_token: Token, lang: Spoken | None = None
) -> PublicAppointmentView | Response:
    """Confirm an appointment by its link; browsers go back to its page."""
    answering = visiting.confirm(context, appointment_token)
    if wants_page(request):
        return await use_cases.answered(answering, appointment_token, lang)
    return PublicAppointmentView.model_validate(await answering)


@routes.post("/{appointment_token}/cancel", permission=PUBLIC,
             response_model=PublicAppointmentView, files=(HTML,), page=use_cases.refused,
             guessed=True, example={"reason": "لا أستطيع الحضور"})  # fmt: skip
async def cancel_by_link(
    context: Context, request: Request, appointment_token: Token, lang: Spoken | None = None,
    body: CancelledByClient | None = None,
) -> PublicAppointmentView | Response:  # fmt: skip
    """Call an appointment off by its link; browsers go back to its page."""
    said = body or CancelledByClient()
    answering = visiting.cancel(context, appointment_token, said.reason)
    if wants_page(request):
        return await use_cases.answered(answering, appointment_token, lang)
    return PublicAppointmentView.model_validate(await answering)
