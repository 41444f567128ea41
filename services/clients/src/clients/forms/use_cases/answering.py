"""What strangers do with a form: they see it, and send it filled in."""

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from background.imports.rules import bodies
from background.imports.rules.bodies import Body
from chassis.caller import Caller
from chassis.context import Context
from chassis.crypto import CannotOpen
from chassis.errors import Failure, FieldError, Invalid
from chassis.work import UnitOfWork
from clients.clients.repository.keyed import matching
from clients.clients.rules import keys
from clients.clients.use_cases.columns import home_country
from clients.clients.use_cases.creating import create_client
from clients.custom_fields.rules.definitions import CHOICES, Definition
from clients.custom_fields.use_cases.definitions import definitions
from clients.forms import rules
from clients.forms.repository import FormRepository, FormSubmissionRepository
from clients.forms.schemas import Lead
from clients.forms.tables import Form
from clients.forms.use_cases import throttling
from clients.imports.rules import rows
from clients.imports.rules.rows import Names
from clients.notes.use_cases import add_note
from clients.tags.use_cases import known_names

_INPUTS = {
    "emails.address": "email", "phones.number": "tel", "birth_date": "date", "links": "url",
}  # fmt: skip
_OWN_INPUTS = {
    "long_text": "textarea", "number": "number", "money": "number", "date": "date",
    "boolean": "checkbox", "choice": "select", "multi_choice": "multi_select", "url": "url",
    "phone": "tel", "email": "email",
}  # fmt: skip


async def public_form(context: Context, key: str) -> dict[str, Any]:
    """What a page needs to show a form; raises FormNotFound."""
    caller, form_id = await _find(context, key)
    async with context.database.work(caller) as work:
        form = await _enabled(work, form_id)
        own = (await definitions(work)).by_key
        sealed = work.crypto.seal(
            work.tenant_id, str(int(work.now.timestamp())).encode(), _place(form)
        )
    fields = [_shown(one, own.get(one["path"].partition(".")[2])) for one in form.fields]
    return {
        "title": form.title, "fields": fields, "honeypot": rules.HONEYPOT,
        "token": rules.written(sealed), "min_seconds": form.min_seconds,
    }  # fmt: skip


async def submit(
    context: Context, key: str, answers: Mapping[str, Any], token: str | None, address: str
) -> None:
    """Take an answer in: a new lead, or a note on the client who is there already.

    Raises FormNotFound, TooManyAnswers, TooFast and Invalid, naming the form's fields.
    """
    caller, form_id = await _find(context, key)
    await throttling.check(context, form_id, address)
    async with context.database.work(caller) as work:
        form = await _enabled(work, form_id)
        given = {
            one["name"]: text for one in form.fields
            if (text := rules.text_of(answers.get(one["name"])))
        }  # fmt: skip
        raw = {str(name)[:200]: rules.text_of(value) for name, value in answers.items()}
        kept = {"form_id": form.id, "answers": raw}
        if rules.text_of(answers.get(rules.HONEYPOT)):
            # A machine is told nothing that it could learn from.
            await FormSubmissionRepository(work).add(**kept, outcome=rules.SPAM, matched_ids=[])
            return
        _check_time(work, form, token)
        _check_required(form, given)
        outcome, client_id, matched = await _take(work, form, given)
        await FormSubmissionRepository(work).add(
            **kept, outcome=outcome, client_id=client_id, matched_ids=sorted(matched)
        )


async def _take(
    work: UnitOfWork, form: Form, given: Mapping[str, str]
) -> tuple[str, UUID, set[UUID]]:
    body = await _body(work, form, given)
    matched = await _matched(work, body)
    if matched and form.on_match == rules.ATTACH:
        # The oldest: whoever came first was there first.
        client_id = min(matched)
        note = rules.note_of(form.name, given)
        plain = {"mentions": [], "pinned": False, "file_ids": []}
        await add_note(work, {"client_id": client_id, "body": note, **plain}, {})
        return rules.ATTACHED, client_id, matched
    try:
        lead = Lead.model_validate({
            **body.values, "kind": form.kind, "folder_id": form.folder_id,
            "tags": await known_names(work, form.tags), "source": f"form:{form.name}"[:200],
        })  # fmt: skip
        _, client_id = await create_client(work, lead)
    except ValidationError as error:
        raise _named(bodies.faults_of_shape(body, error)) from error
    except Failure as failure:
        raise _named(bodies.faults_of(body, failure)) from failure
    return rules.CREATED, client_id, matched


async def _body(work: UnitOfWork, form: Form, given: Mapping[str, str]) -> Body:
    """The answers read as a row of a file is, each by its field's name."""
    names = list(given)
    places: dict[str, list[tuple[int, str]]] = {}
    fields = await definitions(work)
    for one in form.fields:
        own = one["path"].removeprefix("custom_fields.")
        is_known = own == one["path"] or own in fields.by_key
        if one["name"] in given and is_known:
            places.setdefault(one["path"], []).append((names.index(one["name"]), one["name"]))
    return rows.body_of(list(given.values()), places, Names({}, fields))


async def _matched(work: UnitOfWork, body: Body) -> set[UUID]:
    country = await home_country(work)
    found: set[UUID] = set()
    for key in ("phone", "email"):
        by_key = await matching(work, key, keys.of(body.values, key, country))
        found = found.union(*by_key.values())
    return found


async def _find(context: Context, key: str) -> tuple[Caller, UUID]:
    found = await context.system.look_up("tenant_of_form", key) if len(key) < 100 else []
    if not found:
        raise rules.FormNotFound()
    form_id = found[0]["form_id"]
    return rules.in_the_name_of(found[0]["tenant_id"], form_id), form_id


async def _enabled(work: UnitOfWork, form_id: UUID) -> Form:
    form = await FormRepository(work).get(form_id)
    if not form.is_enabled:
        raise rules.FormNotFound()
    return form


def _check_time(work: UnitOfWork, form: Form, token: str | None) -> None:
    if form.min_seconds == 0:
        return
    try:
        sealed = urlsafe_b64decode(token or "")
        opened = int(work.crypto.open(work.tenant_id, sealed, _place(form)))
    except (CannotOpen, binascii.Error, ValueError) as error:
        raise rules.TooFast(field=rules.TOKEN) from error
    if not form.min_seconds <= work.now.timestamp() - opened <= rules.TOKEN_SECONDS:
        raise rules.TooFast(field=rules.TOKEN)


def _check_required(form: Form, given: Mapping[str, str]) -> None:
    asked = (one["name"] for one in form.fields if one["required"] or one["path"] == "name")
    missing = [name for name in asked if name not in given]
    if missing:
        text = "This field is required."
        raise Invalid(errors=tuple(FieldError(name, "required", text) for name in missing))


def _named(faults: list[dict[str, Any]]) -> Invalid:
    """The faults by the names of the form's own fields."""
    return Invalid(errors=tuple(
        FieldError(one["column"] or one["field"] or "", one["code"], one["message"]["en"])
        for one in faults
    ))  # fmt: skip


def _shown(one: Mapping[str, Any], own: Definition | None) -> dict[str, Any]:
    is_own = own is not None and one["path"].startswith("custom_fields.")
    kind = _INPUTS.get(one["path"], "text")
    options: list[dict[str, Any]] = []
    if is_own and own:
        kind = _OWN_INPUTS.get(own.type, "text")
        options = [
            {"key": option["key"], "label": option["label"]} for option in own.options
            if own.type in CHOICES and not option.get("archived")
        ]  # fmt: skip
    is_required = one["required"] or one["path"] == "name"
    return {
        "name": one["name"], "label": one["label"], "type": kind, "required": is_required,
        "options": options,
    }  # fmt: skip


def _place(form: Form) -> str:
    return f"forms.{form.id}"
