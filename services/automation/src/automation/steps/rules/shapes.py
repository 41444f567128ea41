"""The steps a flow is made of: what each is told, and what it makes of the facts of a run.

To add a step type: a class here, a line in `Step`, and its effect in `steps/use_cases.py`.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal, get_args
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from chassis import texts
from chassis.shapes import Shape, Text

Facts = Mapping[str, Any]
LONGEST_WAIT_DAYS: Final = 1_100

Line = Annotated[Text, StringConstraints(min_length=1, max_length=1_000)]
Body = Annotated[Text, StringConstraints(min_length=1)]
Ids = Annotated[list[UUID], Field(max_length=50)]


class NothingToDo(Exception):
    """The step has no object in this run: it is skipped for the reason given."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Effect(Shape):
    """A step that asks another service to do something."""

    type: str

    def prepare(self, facts: Facts) -> dict[str, Any]:
        """What to ask, with the texts filled in; raises NothingToDo and the failures of texts.

        The same facts always give the same: after a crash the call is made again, and the other
        service knows it by its key only if it is the very same call.
        """
        raise NotImplementedError

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every template of the step with the field it stands in."""
        return iter(())


class _Tags(Effect):
    tags: Annotated[list[Line], Field(min_length=1, max_length=20)]

    def prepare(self, facts: Facts) -> dict[str, Any]:
        rendered = (texts.render(tag, facts).strip() for tag in self.tags)
        tags = list(dict.fromkeys(tag for tag in rendered if tag))
        if not tags:
            raise NothingToDo("blank_text")
        return {"client_id": client_of(facts), "tags": tags}

    def texts(self) -> Iterator[tuple[str, str]]:
        return ((f"tags.{number}", tag) for number, tag in enumerate(self.tags))


class AddTags(_Tags):
    """Add tags to the client."""

    type: Literal["add_tags"]


class RemoveTags(_Tags):
    """Take tags from the client."""

    type: Literal["remove_tags"]


class ChangeStatus(Effect):
    """Choose one of the folder's statuses."""

    type: Literal["change_status"]
    status_id: UUID
    reason: Line | None = None

    def prepare(self, facts: Facts) -> dict[str, Any]:
        reason = texts.render(self.reason or "", facts)
        return {
            "client_id": client_of(facts), "status_id": str(self.status_id), "reason": reason,
        }  # fmt: skip

    def texts(self) -> Iterator[tuple[str, str]]:
        return iter([("reason", self.reason)] if self.reason else [])


class MoveFolder(Effect):
    """Move the client to another folder, into the status given or the folder's default."""

    type: Literal["move_folder"]
    folder_id: UUID
    status_id: UUID | None = None

    def prepare(self, facts: Facts) -> dict[str, Any]:
        return {
            "client_id": client_of(facts), "folder_id": str(self.folder_id),
            "status_id": str(self.status_id) if self.status_id else "",
        }  # fmt: skip


class SendMessage(Effect):
    """Send a message: to the run's client unless it says otherwise."""

    type: Literal["send_message"]
    channel: Literal["email", "sms", "whatsapp"]
    client_id: UUID | None = None
    user_id: UUID | None = None
    to: Line | None = None
    subject: Line | None = None
    body: Body | None = None
    template_id: UUID | None = None
    variables: Annotated[dict[str, Any], Field(max_length=50)] = {}

    @model_validator(mode="after")
    def _one_of_each(self) -> "SendMessage":
        if sum(bool(given) for given in (self.client_id, self.user_id, self.to)) > 1:
            raise ValueError("Give one recipient: client_id, user_id or to.")
        if bool(self.body) == bool(self.template_id):
            raise ValueError("Give either a body or a template_id.")
        return self

    def prepare(self, facts: Facts) -> dict[str, Any]:
        return {
            **self._recipient(facts), "channel": self.channel,
            "subject": texts.render(self.subject or "", facts).strip(),
            "body": texts.render(self.body or "", facts),
            "template_id": str(self.template_id) if self.template_id else "",
            "variables": _rendered(self.variables, facts),
        }  # fmt: skip

    def texts(self) -> Iterator[tuple[str, str]]:
        for name in ("to", "subject", "body"):
            if text := getattr(self, name):
                yield name, text
        yield from (("variables", text) for text in strings(self.variables))

    def _recipient(self, facts: Facts) -> dict[str, str]:
        if self.to:
            if not (address := texts.render(self.to, facts).strip()):
                raise NothingToDo("no_recipient")
            return {"to": address}
        if self.user_id:
            return {"user_id": str(self.user_id)}
        return {"client_id": str(self.client_id) if self.client_id else client_of(facts)}


class Notify(Effect):
    """Tell staff inside the product: users, teams, roles, or who the client is assigned to."""

    type: Literal["notify"]
    user_ids: Ids = []
    team_ids: Ids = []
    role_ids: Ids = []
    client_staff: bool = False
    title: Line
    body: Body | None = None

    @model_validator(mode="after")
    def _somebody(self) -> "Notify":
        if not (self.user_ids or self.team_ids or self.role_ids or self.client_staff):
            raise ValueError("Name at least one user, team or role, or the client's staff.")
        return self

    def prepare(self, facts: Facts) -> dict[str, Any]:
        users = [str(user) for user in self.user_ids]
        if self.client_staff:
            staff = (facts.get("client") or {}).get("staff") or []
            users += [member["user_id"] for member in staff]
        if not (users or self.team_ids or self.role_ids):
            raise NothingToDo("nobody_to_notify")
        return {
            "user_ids": list(dict.fromkeys(users)), "team_ids": [str(i) for i in self.team_ids],
            "role_ids": [str(i) for i in self.role_ids],
            "title": texts.render(self.title, facts).strip(),
            "body": texts.render(self.body or "", facts),
            "client_id": facts["event"].get("client_id") or "",
        }  # fmt: skip

    def texts(self) -> Iterator[tuple[str, str]]:
        yield "title", self.title
        if self.body:
            yield "body", self.body


class Wait(Shape):
    """Go on later: after a while, or at a time (an instant, a date, or a template giving one)."""

    type: Literal["wait"]
    minutes: Annotated[int, Field(ge=1, le=LONGEST_WAIT_DAYS * 24 * 60)] | None = None
    hours: Annotated[int, Field(ge=1, le=LONGEST_WAIT_DAYS * 24)] | None = None
    days: Annotated[int, Field(ge=1, le=LONGEST_WAIT_DAYS)] | None = None
    months: Annotated[int, Field(ge=1, le=LONGEST_WAIT_DAYS // 31)] | None = None
    until: datetime | Line | None = Field(default=None, union_mode="left_to_right")

    @model_validator(mode="after")
    def _one_of_them(self) -> "Wait":
        given = (self.minutes, self.hours, self.days, self.months, self.until)
        if sum(value is not None for value in given) != 1:
            raise ValueError("Give one of minutes, hours, days, months and until.")
        return self


class Branch(Shape):
    """Go one way where the condition holds, the other where it does not."""

    type: Literal["branch"]
    condition: dict[str, Any]
    then: Annotated[list["Step"], Field(max_length=50)] = []
    otherwise: Annotated[list["Step"], Field(max_length=50, alias="else")] = []


Step = Annotated[
    AddTags | RemoveTags | ChangeStatus | MoveFolder | SendMessage | Notify | Wait | Branch,
    Field(discriminator="type"),
]
Branch.model_rebuild()


def published() -> list[dict[str, Any]]:
    """Every step type with the JSON schema of its fields, as the catalogue shows it."""
    kinds: tuple[type[Shape], ...] = get_args(get_args(Step)[0])
    return [
        {
            "type": get_args(kind.model_fields["type"].annotation)[0],
            "description": kind.__doc__, "schema": kind.model_json_schema(),
        }
        for kind in kinds
    ]  # fmt: skip


def client_of(facts: Facts) -> str:
    """The id of the run's client; raises NothingToDo where the event is about none."""
    if not (client_id := facts["event"].get("client_id")):
        raise NothingToDo("no_client")
    return str(client_id)


def strings(value: Any) -> Iterator[str]:
    """Every text inside a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def _rendered(value: Any, facts: Facts) -> Any:
    if isinstance(value, str):
        return texts.render(value, facts)
    if isinstance(value, Mapping):
        return {name: _rendered(part, facts) for name, part in value.items()}
    if isinstance(value, list):
        return [_rendered(part, facts) for part in value]
    return value
