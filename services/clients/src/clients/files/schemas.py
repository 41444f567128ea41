"""Shapes of files."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    Field,
    StringConstraints,
)

from chassis.shapes import Day, Name, Resource, Shape, Text, View

Kind = Literal[
    "contract", "photo", "recording", "form", "identity", "invoice", "report", "other"
]  # fmt: skip
Tag = Annotated[Name, StringConstraints(max_length=60)]
Password = Annotated[str, StringConstraints(strip_whitespace=False, min_length=4, max_length=200)]


def _empty_for_null(value: Any) -> Any:
    return [] if value is None else value


def _each_once(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


Tags = Annotated[
    list[Tag], Field(max_length=30), BeforeValidator(_empty_for_null), AfterValidator(_each_once)
]  # fmt: skip


class FileCreate(Shape):
    """What is said of a file that is sent; without a name it keeps the one it was sent with."""

    id: UUID | None = None
    client_id: UUID
    name: Name | None = None
    kind: Kind = "other"
    description: Text | None = None
    tags: Tags = []
    expires_on: Day | None = None


class VersionCreate(Shape):
    """What is said of a newer version; what is left out stays."""

    name: Name | None = None
    expires_on: Day | None = None


class FileUpdate(Shape):
    """What may change without a new version."""

    name: Name = ""
    kind: Kind = "other"
    description: Text | None = None
    tags: Tags = []
    expires_on: Day | None = None


class FileFilters(BaseModel):
    """How the list may be narrowed; `expiring` are those whose date is near or past."""

    client_id: Annotated[list[UUID] | None, Field(max_length=200)] = None
    tag: Annotated[list[Tag] | None, Field(max_length=50)] = None
    type: Annotated[list[Annotated[str, Field(max_length=100)]] | None, Field(max_length=50)] = None
    kind: Annotated[list[Kind] | None, Field(max_length=20)] = None
    author: Annotated[
        list[Annotated[str, Field(max_length=100)]] | None, Field(max_length=50)
    ] = None  # fmt: skip
    expiring: bool | None = None
    expires_from: date | None = None
    expires_to: date | None = None
    archived: bool | None = None


class ContentQuery(BaseModel):
    """Which version, the newest unless told; `inline` shows pictures and texts in the browser."""

    number: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    inline: bool = False


class DownloadCreate(Shape):
    """What the short link leads to."""

    number: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    inline: bool = False


class ShareCreate(Shape):
    """A link for somebody outside; lasts a week unless told."""

    expires_at: AwareDatetime | None = None
    max_downloads: Annotated[int | None, Field(ge=1, le=10_000)] = None
    password: Password | None = None


class FileView(Resource):
    """A file about a client, as of its newest version; `url` is the client's."""

    client_id: UUID
    url: str
    author: str
    name: str
    kind: str
    description: str | None
    tags: list[str]
    expires_on: date | None
    archived: bool
    number: int
    type: str
    size: int
    sha256: str
    content_url: str


class FileVersionView(Resource):
    """What a file was; `content_url` gives these very bytes."""

    client_id: UUID
    url: str
    file_id: UUID
    number: int
    author: str
    name: str
    type: str
    size: int
    sha256: str
    content_url: str


class ShareView(Resource):
    """A link that was given out; where it leads from is shown once, when it is made."""

    client_id: UUID
    url: str
    file_id: UUID
    author: str
    expires_at: datetime
    max_downloads: int | None
    downloads: int
    has_password: bool


class NewShareView(ShareView):
    """The link itself."""

    share_url: str


class DownloadView(View):
    """A link that works for some minutes without signing in."""

    download_url: str
    expires_at: datetime
