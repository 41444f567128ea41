"""The page of an appointment, and where its client goes who answers on it."""

import secrets
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from chassis.errors import Failure, LeadsNowhere
from chassis.http.problems import document
from chassis.i18n import negotiate
from scheduling.appointments.rules import links
from scheduling.appointments.rules.failures import AppointmentNotOpen
from scheduling.public_appointments.rules import page as pages

Json = dict[str, Any]


async def answered(answering: Awaitable[Json], token: str, language: str | None) -> Response:
    """Back to the page, which shows what became of it: also who answers twice, or too late."""
    with suppress(AppointmentNotOpen):
        await answering
    target = f"{links.PATH}/{token}" + (f"?lang={language}" if language else "")
    return RedirectResponse(target, 303, {"Cache-Control": "private, no-store"})


def page(told: Json, token: str, language: str | None) -> Response:
    """The appointment as a page, in the company's language unless another one is asked for."""
    spoken = language or ("en" if told["company"]["locale"].startswith("en") else "ar")
    nonce = secrets.token_urlsafe(16)
    html = pages.shown(told, f"{links.PATH}/{token}", spoken, nonce)
    return HTMLResponse(html, 200, pages.headers(spoken, nonce))


def refused(failure: Failure, request: Request) -> Response:
    """What a browser is shown where the API answers a problem."""
    language = negotiate(request.headers.get("accept-language"), "ar")
    nonce = secrets.token_urlsafe(16)
    detail = document(failure, language)["detail"]
    html = pages.refused(detail, language, nonce, nowhere=isinstance(failure, LeadsNowhere))
    return HTMLResponse(html, failure.status, pages.headers(language, nonce))
