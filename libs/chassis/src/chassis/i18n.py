"""Texts in Arabic and English: the English text is the key, catalogues give the Arabic."""

import gettext
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Literal, get_args

from babel.messages.pofile import read_po
from pydantic_core.core_schema import ErrorType

Locale = Literal["ar", "en"]
LOCALES: tuple[Locale, ...] = ("ar", "en")

# Pydantic's error type → our stable code and the English text, which is also the catalogue's key.
VALIDATION: dict[str, tuple[str, str]] = {
    "missing": ("required", "This field is required."),
    "none_required": ("unexpected", "This field must be left out."),
    "extra_forbidden": ("unknown_field", "There is no such field."),
    "json_invalid": ("malformed_json", "This is not valid JSON."),
    "model_type": ("not_an_object", "This must be an object."),
    "model_attributes_type": ("not_an_object", "This must be an object."),
    "dict_type": ("not_an_object", "This must be an object."),
    "list_type": ("not_a_list", "This must be a list."),
    "set_type": ("not_a_list", "This must be a list."),
    "tuple_type": ("not_a_list", "This must be a list."),
    "too_short": ("too_few", "The number of items must be at least {min_length}."),
    "too_long": ("too_many", "The number of items must be at most {max_length}."),
    "string_type": ("not_a_text", "This must be a text."),
    "string_unicode": ("not_a_text", "This must be a text."),
    "string_too_short": ("too_short", "The number of characters must be at least {min_length}."),
    "string_too_long": ("too_long", "The number of characters must be at most {max_length}."),
    "string_pattern_mismatch": ("wrong_format", "This does not have the expected form."),
    "bool_type": ("not_a_boolean", "This must be true or false."),
    "bool_parsing": ("not_a_boolean", "This must be true or false."),
    "int_type": ("not_a_whole_number", "This must be a whole number."),
    "int_parsing": ("not_a_whole_number", "This must be a whole number."),
    "int_parsing_size": ("too_large", "This number is too large."),
    "int_from_float": ("not_a_whole_number", "This must be a whole number."),
    "float_type": ("not_a_number", "This must be a number."),
    "float_parsing": ("not_a_number", "This must be a number."),
    "finite_number": ("not_a_number", "This must be a number."),
    "decimal_type": ("not_a_number", "This must be a number."),
    "decimal_parsing": ("not_a_number", "This must be a number."),
    "decimal_max_digits": ("too_large", "This number is too large."),
    "decimal_whole_digits": ("too_large", "This number is too large."),
    "decimal_max_places": ("too_precise", "At most {decimal_places} decimal digits are allowed."),
    "greater_than": ("too_small", "This must be greater than {gt}."),
    "greater_than_equal": ("too_small", "This must be at least {ge}."),
    "less_than": ("too_large", "This must be less than {lt}."),
    "less_than_equal": ("too_large", "This must be at most {le}."),
    "enum": ("not_allowed", "This is not one of the allowed values: {expected}."),
    "literal_error": ("not_allowed", "This is not one of the allowed values: {expected}."),
    "union_tag_invalid": ("not_allowed", "This is not one of the allowed values: {expected_tags}."),
    "union_tag_not_found": ("required", "The field {discriminator} is required."),
    "uuid_type": ("not_an_id", "This is not an id."),
    "uuid_parsing": ("not_an_id", "This is not an id."),
    "uuid_version": ("not_an_id", "This is not an id."),
    "date_type": ("not_a_date", "This must be a date, written like 2026-01-31."),
    "date_parsing": ("not_a_date", "This must be a date, written like 2026-01-31."),
    "date_from_datetime_parsing": ("not_a_date", "This must be a date, written like 2026-01-31."),
    "date_from_datetime_inexact": ("not_a_date", "This must be a date, written like 2026-01-31."),
    "datetime_type": ("not_a_time", "This must be a time, written like 2026-01-31T09:30:00Z."),
    "datetime_parsing": ("not_a_time", "This must be a time, written like 2026-01-31T09:30:00Z."),
    "datetime_from_date_parsing": (
        "not_a_time",
        "This must be a time, written like 2026-01-31T09:30:00Z.",
    ),
    "timezone_aware": ("no_time_zone", "This time needs a time zone."),
    "url_parsing": ("not_a_link", "This must be a link."),
    "url_scheme": ("not_a_link", "This must be a link."),
    "url_type": ("not_a_link", "This must be a link."),
}
ANY_OTHER = ("invalid", "This value is not valid.")


# none, one, two, few (3–10), many (11–99), other: the usual gettext order, whatever a file's header
# says, because babel assumes another one for a file without.
ARABIC_PLURAL = gettext.c2py(
    "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5"
)

# By package: English text → Arabic, a plural entry as its six forms.
_catalogues: dict[str, dict[str, str | tuple[str, ...]]] = {}


def register(package: str) -> None:
    """Read `<package>/locales/ar.po`; each service registers its own at start."""
    source = files(package).joinpath("locales", "ar.po")
    with source.open("rb") as file:
        catalog = read_po(file, locale="ar")
    texts: dict[str, str | tuple[str, ...]] = {}
    for message in catalog:
        if message.id and message.string and not message.fuzzy:
            english = message.id if isinstance(message.id, str) else message.id[0]
            texts[english] = (
                message.string if isinstance(message.string, str) else tuple(message.string)
            )
    _catalogues[package] = texts


def translate(text: str, locale: str) -> str:
    """The text in the locale, with its {placeholders} untouched; unknown texts stay English."""
    if locale != "ar":
        return text
    for catalogue in _catalogues.values():
        found = catalogue.get(text)
        if isinstance(found, str):
            return found
    return text


def translate_plural(singular: str, plural: str, count: int, locale: str) -> str:
    """The form of the text that fits the count, with its {placeholders} untouched."""
    if locale == "ar":
        for catalogue in _catalogues.values():
            found = catalogue.get(singular)
            if isinstance(found, tuple):
                return found[ARABIC_PLURAL(count)]
    return singular if count == 1 else plural


def validation_message(error: Mapping[str, Any], locale: str) -> tuple[str, str]:
    """Our stable code and the message in the locale for one entry of pydantic's `errors()`.

    A validator's own ValueError is "invalid" with its own text; PydanticCustomError keeps its type.
    """
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind in {"value_error", "assertion_error"}:
        return "invalid", translate(str(context.get("error", error["msg"])), locale)
    if kind not in get_args(ErrorType):
        return kind, translate(str(error["msg"]), locale)
    code, text = VALIDATION.get(kind, ANY_OTHER)
    return code, translate(text, locale).format(**context)


def negotiate(accept_language: str | None, fallback: str) -> Locale:
    """The best of our languages for an Accept-Language header (RFC 9110, 12.5.4)."""
    usual = _language(fallback, "en") or "en"
    best, best_weight = usual, 0.0
    for part in (accept_language or "").split(","):
        tag, _, parameters = part.partition(";")
        language = _language(tag, usual)
        weight = _weight(parameters)
        if language and weight > best_weight:
            best, best_weight = language, weight
    return best


def _language(tag: str, usual: Locale) -> Locale | None:
    primary = tag.strip().lower().split("-")[0]
    if primary == "*":
        return usual
    return next((locale for locale in LOCALES if locale == primary), None)


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


register("chassis")
