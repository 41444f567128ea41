"""Texts in Arabic and English: negotiation, catalogues, plural forms, validation messages."""

import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from chassis import errors, i18n
from chassis.i18n import negotiate, translate, translate_plural, validation_message

PLURALS = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

msgid "{count} client"
msgid_plural "{count} clients"
msgstr[0] "لا عملاء"
msgstr[1] "عميل واحد"
msgstr[2] "عميلان"
msgstr[3] "{count} عملاء"
msgstr[4] "{count} عميلًا"
msgstr[5] "{count} عميل"

#, fuzzy
msgid "Hello"
msgstr "ربما"

msgid "Goodbye"
msgstr ""
"""


@pytest.fixture
def registered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package with a catalogue of its own."""
    locales = tmp_path / "shop_texts" / "locales"
    locales.mkdir(parents=True)
    (locales.parent / "__init__.py").touch()
    (locales / "ar.po").write_text(PLURALS, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(i18n, "_catalogues", dict(i18n._catalogues))
    i18n.register("shop_texts")
    yield
    sys.modules.pop("shop_texts", None)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "en"),
        ("", "en"),
        ("ar", "ar"),
        ("ar-SA,ar;q=0.9,en;q=0.8", "ar"),
        ("fr, ar;q=0.5, en;q=0.7", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("ar;q=0", "en"),
        ("AR-eg ; q=1", "ar"),
        ("ar;q=x, en", "en"),
        (";;;,,q=", "en"),
    ],
)
def test_the_callers_languages_decide(header: str | None, expected: str) -> None:
    assert negotiate(header, "en") == expected


def test_the_fallback_is_the_tenants_language() -> None:
    assert negotiate("fr, *;q=0.1", "ar") == negotiate(None, "ar") == "ar"
    assert negotiate("en;q=0.1, *;q=0.5", "ar-SA") == "ar"
    assert negotiate(None, "fr") == "en"


def test_unknown_texts_stay_english() -> None:
    assert translate("A text nobody has", "ar") == "A text nobody has"
    assert translate("This field is required.", "en") == "This field is required."


@pytest.mark.parametrize(
    ("count", "arabic"),
    [
        (0, "لا عملاء"),
        (1, "عميل واحد"),
        (2, "عميلان"),
        (3, "3 عملاء"),
        (11, "11 عميلًا"),
        (100, "100 عميل"),
        (103, "103 عملاء"),
    ],
)
def test_arabic_has_six_plural_forms(registered: None, count: int, arabic: str) -> None:
    text = translate_plural("{count} client", "{count} clients", count, "ar")
    assert text.format(count=count) == arabic


def test_english_has_two_plural_forms(registered: None) -> None:
    forms = [translate_plural("client", "clients", count, "en") for count in (0, 1, 2)]
    assert forms == ["clients", "client", "clients"]


def test_fuzzy_and_empty_entries_are_not_shown(registered: None) -> None:
    assert translate("Hello", "ar") == "Hello"
    assert translate("Goodbye", "ar") == "Goodbye"


def test_every_text_of_the_chassis_has_arabic_with_the_same_placeholders() -> None:
    texts = {text for _, text in i18n.VALIDATION.values()} | {i18n.ANY_OTHER[1]}
    texts |= {failure.title for failure in errors.Failure.__subclasses__()}
    for text in texts:
        arabic = translate(text, "ar")
        assert re.search(r"[\u0600-\u06ff]", arabic), text
        assert sorted(re.findall(r"{\w*}", arabic)) == sorted(re.findall(r"{\w*}", text))


class Order(BaseModel):
    """A shape with one field for each kind of refusal."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=2)
    id: UUID | None = None
    kind: Literal["a", "b"] = "a"
    amount: Decimal = Field(default=Decimal(1), gt=0, decimal_places=2)
    tags: list[str] = []
    code: str = ""
    phone: str = ""

    @field_validator("code")
    @classmethod
    def no_blank(cls, value: str) -> str:
        raise ValueError("This field is required.")

    @field_validator("phone")
    @classmethod
    def no_phone(cls, value: str) -> str:
        raise PydanticCustomError("not_a_phone", "This is not a phone number.")


@pytest.mark.parametrize(
    ("body", "code", "english", "arabic"),
    [
        ({}, "required", "This field is required.", "هذا الحقل مطلوب."),
        (
            {"name": "ab", "x": 1},
            "unknown_field",
            "There is no such field.",
            "لا يوجد حقل بهذا الاسم.",
        ),
        (
            {"name": "a"},
            "too_short",
            "The number of characters must be at least 2.",
            "يجب ألا يقل عدد الأحرف عن 2.",
        ),
        ({"name": "ab", "id": "7"}, "not_an_id", "This is not an id.", "هذا ليس معرّفًا صحيحًا."),
        (
            {"name": "ab", "kind": "c"},
            "not_allowed",
            "This is not one of the allowed values: 'a' or 'b'.",
            "القيمة ليست من القيم المسموحة: 'a' or 'b'.",
        ),
        (
            {"name": "ab", "amount": "0"},
            "too_small",
            "This must be greater than 0.",
            "يجب أن تكون القيمة أكبر من 0.",
        ),
    ],
)
def test_validation_speaks_the_callers_language(
    body: dict[str, object], code: str, english: str, arabic: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        Order.model_validate(body)
    error = refused.value.errors()[0]
    assert validation_message(error, "en") == (code, english)
    assert validation_message(error, "ar") == (code, arabic)


def test_a_validators_own_refusal_is_translated_by_its_text() -> None:
    with pytest.raises(ValidationError) as refused:
        Order.model_validate({"name": "ab", "code": "1", "phone": "1"})
    own, custom = refused.value.errors()
    assert validation_message(own, "ar") == ("invalid", "هذا الحقل مطلوب.")
    assert validation_message(custom, "en") == ("not_a_phone", "This is not a phone number.")


def test_any_other_refusal_of_pydantic_has_a_text() -> None:
    error = {"type": "callable_type", "msg": "Input should be callable"}
    assert validation_message(error, "en") == ("invalid", "This value is not valid.")
