"""Public forms: what they may ask for, what keeps machines out, what is done with an answer."""

import base64
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal
from uuid import UUID

from chassis.caller import Caller
from chassis.errors import Invalid, NotFound, TooLarge, TooMany
from clients.custom_fields.rules.definitions import Definitions

OnMatch = Literal["create", "attach"]
Outcome = Literal["created", "attached", "spam"]
CREATED, ATTACHED, SPAM = "created", "attached", "spam"
ATTACH: Final = "attach"
# Filled in by machines only: a page hides it from people.
HONEYPOT: Final = "website_address"
TOKEN: Final = "token"  # noqa: S105 - the name of a field
MOST_BYTES: Final = 100_000
MOST_FIELDS: Final = 60
LONGEST: Final = 5_000
# Older pages are loaded anew.
TOKEN_SECONDS: Final = 24 * 3600
# Within a minute: from one address, and from all together.
PER_ADDRESS, PER_FORM = 10, 300
_CUSTOM: Final = "custom_fields."
# Where a client stands and who is responsible is the form's own decision; numbers that are sealed
# would stand in the answer as it came.
_PATHS: Final = frozenset({
    "name", "business_name", "phones.number", "emails.address", "addresses.building",
    "addresses.street", "addresses.district", "addresses.city", "addresses.postal_code",
    "country_code", "language", "links", "gender", "birth_date", "tax_number",
    "registration_number",
})  # fmt: skip
_BLANK: Final = re.compile(r"\s+")


class FormNotFound(NotFound):
    """No such form, one that is switched off, or one of a hidden folder."""

    code = "form_not_found"
    detail = "There is no such form."


class NotForForms(Invalid):
    """A field that strangers may not fill in."""

    code = "not_for_forms"
    detail = "A form cannot ask for this."


class FieldTwice(Invalid):
    """Two inputs of one name."""

    code = "field_twice"
    detail = "The field {name} is there twice."


class FormNameMissing(Invalid):
    """A lead needs a name."""

    code = "name_not_mapped"
    detail = "A form asks for the name."


class TooFast(Invalid):
    """Filled in faster than people do, or on a page that is too old."""

    code = "too_fast"
    detail = "Load the form anew and send it once more."


class AnswerTooLarge(TooLarge):
    """More than any form asks for."""

    detail = "This answer is too large."


class TooManyAnswers(TooMany):
    """More than people send."""

    code = "too_many_answers"
    detail = "Too many answers to this form; try again later."


def new_key() -> str:
    """What a form is known by in public: nobody guesses another one."""
    return secrets.token_urlsafe(16)


def check_fields(given: Sequence[Mapping[str, Any]], fields: Definitions) -> None:
    """Raises NotForForms, FieldTwice and FormNameMissing."""
    names: set[str] = set()
    for place, one in enumerate(given):
        own = fields.by_key.get(one["path"].removeprefix(_CUSTOM))
        is_own = one["path"].startswith(_CUSTOM) and own is not None
        if one["path"] not in _PATHS and not (is_own and own and not own.sensitive):
            raise NotForForms(field=f"fields.{place}.path")
        if one["name"] in names or one["name"] in (HONEYPOT, TOKEN):
            raise FieldTwice(field=f"fields.{place}.name", name=one["name"])
        names.add(one["name"])
    if not any(one["path"] == "name" for one in given):
        raise FormNameMissing(field="fields")


def in_the_name_of(tenant_id: UUID, form_id: UUID) -> Caller:
    """Whoever fills in a form adds clients, and sees none."""
    rights = frozenset({"clients:read", "clients:write"})
    return Caller(tenant_id, f"form:{form_id}", rights, "all")


def text_of(value: Any) -> str:
    """An answer as one text; several choices in lines."""
    if isinstance(value, list):
        return "\n".join(text_of(one) for one in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).replace("\0", "").strip()[:LONGEST]


def written(sealed: bytes) -> str:
    """A token as it stands in a page."""
    return base64.urlsafe_b64encode(sealed).decode()


def note_of(title: str, values: Mapping[str, str]) -> str:
    """What a client who is there already has sent."""
    lines = [f"{name}: {_BLANK.sub(' ', text)}" for name, text in values.items() if text]
    return "\n".join([title, *lines])[:9_000]
