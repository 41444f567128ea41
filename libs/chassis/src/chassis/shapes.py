"""Pydantic shapes and field types that every resource is made of."""

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2999, 12, 31)
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
# What is kept: the first and the last day that Python knows are infinite to PostgreSQL, and near
# them no other time zone has a day.
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Instant = Annotated[
    AwareDatetime,
    Field(
        ge=datetime.combine(FIRST_DAY, time.min, UTC), le=datetime.combine(LAST_DAY, time.max, UTC)
    ),
]


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
