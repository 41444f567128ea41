"""Shapes of custom fields' definitions."""

from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from chassis import money
from chassis.shapes import Bilingual, Colour, Name, Resource, Shape, View
from clients.custom_fields.rules.definitions import LAST, Type
from clients.secrets.rules.formats import Format

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
OptionKey = Annotated[Name, StringConstraints(max_length=60)]
Order = Annotated[int, Field(ge=0, le=10_000)]
Folders = Annotated[list[UUID], Field(max_length=200)]
Texts = Annotated[list[Annotated[str, Field(max_length=200)]] | None, Field(max_length=50)]
GREY: Final = "#828282"
# Stands where a PATCH leaves a label out; it is never stored.
_LEFT_OUT: Final = Bilingual(en="-")


def _currency(code: str) -> str:
    try:
        money.digits(code)
    except ValueError:
        raise ValueError("This is not a currency code of ISO 4217, like SAR.") from None
    return code


Currency = Annotated[str, StringConstraints(to_upper=True), AfterValidator(_currency)]


class Option(Shape):
    """One choice; its key stays with clients whatever its label becomes."""

    key: OptionKey
    label: Bilingual
    color: Colour = GREY
    archived: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"key": value, "label": value}
        if isinstance(value, dict) and "key" in value:
            return {"label": value["key"], **value}
        return value


Options = Annotated[list[Option], Field(max_length=500)]


class CustomFieldCreate(Shape):
    """A field of the company's own; `currency` is for money, else the company's.

    What is `sensitive` (identity numbers always) is sealed and shown by its last characters. Dates
    are kept as Gregorian; in what is typed, a year from 1300 to 1500 is one of Umm al-Qura.
    """

    id: UUID | None = None
    key: Key
    label: Bilingual
    type: Type
    required: bool = False
    unique: bool = False
    searchable: bool = False
    sensitive: bool = False
    format: Format | None = None
    options: Options = []
    folder_ids: Folders = []
    group: Name | None = None
    order: Order = LAST
    default: Any = None
    currency: Currency | None = None


class CustomFieldUpdate(Shape):
    """What may change; key, type, format, currency, `unique` and `sensitive` stay."""

    label: Bilingual = _LEFT_OUT
    required: bool = False
    searchable: bool = False
    options: Options = []
    folder_ids: Folders = []
    group: Name | None = None
    order: Order = LAST
    default: Any = None
    archived: bool = False


class CustomFieldFilters(BaseModel):
    """How the list may be narrowed."""

    key: Texts = None
    type: Annotated[list[Type] | None, Field(max_length=20)] = None
    group: Texts = None
    folder_id: Annotated[list[UUID] | None, Field(max_length=50)] = None
    archived: bool = False


class LabelView(View):
    """A label in Arabic, English or both."""

    ar: str | None = None
    en: str | None = None


class OptionView(View):
    """One choice; an archived one stays with the clients that have it."""

    key: str
    label: LabelView
    color: str
    archived: bool


class CustomFieldView(Resource):
    """A field of the company's own."""

    key: str
    label: LabelView
    type: Type
    required: bool
    unique: bool
    searchable: bool
    sensitive: bool
    format: Format | None
    options: list[OptionView]
    folder_ids: list[UUID]
    group: str | None
    order: int
    default: Any
    currency: str | None
    archived: bool = Field(validation_alias="is_archived")
