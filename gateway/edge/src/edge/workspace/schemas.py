"""Shapes of the workspace."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from chassis.shapes import View

State = Literal["ok", "down"]


class LabelView(View):
    """A name in Arabic, English or both."""

    ar: str | None = None
    en: str | None = None


class NamedView(View):
    """A folder or a status by its name."""

    id: UUID
    name: LabelView
    color: str | None = None


class OwnerView(View):
    """Who is answerable for the client; the name is null for somebody who is not known here."""

    user_id: UUID
    name: str | None


class HeaderView(View):
    """The client's own record with its contacts, and where it stands, by name.

    `stage` is its pinned status. All but `state` and `since` are null while its service is away.
    """

    state: State
    since: datetime | None = None
    client: dict[str, Any] | None = None
    folder: NamedView | None = None
    status: NamedView | None = None
    stage: NamedView | None = None
    follow_up_status: NamedView | None = None
    owner: OwnerView | None = None


class SectionView(View):
    """How many entries a section has, and its headline figure: when its newest one was made, or
    when its next one is.

    `down` says that its service does not answer, `since` for how long as far as is known here.
    """

    key: str
    label: LabelView
    group: str | None
    service: str
    state: State
    since: datetime | None = None
    count: int | None = None
    figure: str
    value: datetime | None = None


class SourceView(View):
    """The thing itself."""

    service: str
    type: str
    id: UUID
    url: str


class StepView(View):
    """Something that will happen."""

    at: datetime | None
    title: str
    source: SourceView
    client_id: UUID
    url: str


class WorkspaceView(View):
    """A client over all services.

    Sections are in the order of its folder's layout; those that it turns off, and those that the
    reader may not read, are left out. Next steps come soonest first, ten at most.
    """

    client_id: UUID
    url: str
    header: HeaderView
    sections: list[SectionView]
    next_steps: list[StepView]
