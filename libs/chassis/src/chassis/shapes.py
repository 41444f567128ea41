"""Pydantic shapes and field types that every resource is made of."""

import re
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, model_validator

_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufefc]")


class Shape(BaseModel):
    """A body sent by a caller: unknown fields are refused, texts are trimmed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class View(BaseModel):
    """A body given to a caller, made from a row."""

    model_config = ConfigDict(from_attributes=True)


class Resource(View):
    """What every resource answers with."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime


def _no_null_characters(value: Any) -> Any:
    if isinstance(value, str) and "\0" in value:
        raise ValueError("A text may not hold a null character.")
    return value


Text = Annotated[str, StringConstraints(max_length=10_000), BeforeValidator(_no_null_characters)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    BeforeValidator(_no_null_characters),
]  # fmt: skip
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]


class Bilingual(Shape):
    """A name in Arabic, English or both; a plain string is taken by its script."""

    ar: Name | None = None
    en: Name | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return {"ar" if _ARABIC.search(value) else "en": value}

    @model_validator(mode="after")
    def _at_least_one(self) -> "Bilingual":
        if not (self.ar or self.en):
            raise ValueError("Give it in Arabic or in English.")
        return self

    def stored(self) -> dict[str, str]:
        """The languages given, as kept in a JSON column."""
        return {key: text for key, text in (("ar", self.ar), ("en", self.en)) if text}


class NameView(View):
    """A name in Arabic, English or both."""

    ar: str | None = None
    en: str | None = None
