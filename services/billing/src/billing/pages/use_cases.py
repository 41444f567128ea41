"""Pages that clients read in a browser: sheets as papers have them, made on the server."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from billing.pages.rules import guards, marks
from billing.pages.rules.words import Spoken, spoken
from billing.paper_templates.rules import Kind
from billing.papers.use_cases.papers import look_of
from chassis.caller import Caller
from chassis.context import Context
from chassis.errors import Failure, LeadsNowhere
from chassis.http.problems import document
from chassis.i18n import negotiate
from papers.look import INK, Look, letters_on, readable

Json = dict[str, Any]
_NOTHING_MORE: Final[Mapping[str, str]] = {}


def _opened() -> Environment:
    folder = Path(__file__).parents[1] / "templates"
    pages = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    pages.filters |= {"isolated": marks.isolated, "plain": marks.plain}
    return pages


_PAGES: Final = _opened()


async def look_on_page(
    context: Context, caller: Caller, kind: Kind, document: Json, language: Spoken | None
) -> Look:
    """How a document's paper looks, in one language: a page says nothing twice."""
    look = await look_of(context, caller, kind, document, language)
    if look.language != "both":
        return look
    is_english = (document["buyer"] or {}).get("language") == "en"
    return replace(look, language="en" if is_english else "ar")


def page(
    name: str, look: Look, *, code: int = 200, sources: Mapping[str, str] = _NOTHING_MORE,
    **values: Any,
) -> Response:  # fmt: skip
    """A page of the template; whatever somebody wrote is text on it."""
    language = cast(Spoken, look.language)
    accent = look.accent or INK
    nonce = secrets.token_urlsafe(16)
    html = _PAGES.get_template(f"{name}.html").render(
        values, language=language, nonce=nonce, style=look.style(),
        accent=accent, on_accent=letters_on(accent), edge=readable(accent),
        say=lambda words: spoken(words, language), other="ar" if language == "en" else "en",
    )  # fmt: skip
    named = {key: value.format(nonce=nonce) for key, value in sources.items()}
    return HTMLResponse(html, code, guards.headers(language, nonce, named))


def refused(failure: Failure, request: Request) -> Response:
    """What a browser is shown where the API answers a problem."""
    language = asked_language(request) or negotiate(request.headers.get("accept-language"), "ar")
    told = document(failure, language)
    made = page(
        "refusal", Look(language), code=failure.status, problem=told,
        is_nowhere=isinstance(failure, LeadsNowhere),
        back=_document(request.url.path, language),
    )  # fmt: skip
    if retry_after := failure.extra.get("retry_after"):
        made.headers["Retry-After"] = str(retry_after)
    return made


def _document(path: str, language: Spoken) -> str:
    """The page of the link that an address is below: /v1/public/<kind>/<token>/…"""
    return f"{'/'.join(path.split('/')[:5])}?lang={language}"


def asked_language(request: Request) -> Spoken | None:
    """What the address asks for, if it is one of ours."""
    asked = request.query_params.get("lang")
    return cast(Spoken, asked) if asked in get_args(Spoken) else None


def see(path: str, language: Spoken | None) -> Response:
    """Have the browser look there, so that going back or again sends no form twice."""
    target = f"{path}?lang={language}" if language else path
    return RedirectResponse(target, 303, {"Cache-Control": "private, no-store"})
