"""What a flow is: when it starts, what it then does, in whose name."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field, ValidationError, model_validator

from automation.catalogue.rules import catalogue
from automation.conditions.rules import tree
from automation.steps.rules import walk
from automation.steps.rules.shapes import Step, strings
from chassis.caller import Caller
from chassis.errors import Conflict, FieldError, Invalid, NotFound
from chassis.i18n import validation_message
from chassis.shapes import Shape, Text

Json = dict[str, Any]
USER: Final = "user:"


class FlowNotFound(NotFound):
    """No such flow in this company."""

    detail = "There is no such flow."


class FlowDisabled(Conflict):
    """Switched off: it starts no run."""

    code = "flow_disabled"
    detail = "The flow is switched off."


class NotInFolder(Conflict):
    """The flow belongs to one folder, the client is in another."""

    code = "client_not_in_folder"
    detail = "The flow is for the clients of another folder."


class NoSchedulesYet(Invalid):
    """Flows by the clock are not offered yet."""

    code = "schedule_not_available"
    detail = "Flows cannot be started by a schedule yet."


class UnknownEventType(Invalid):
    """Not the name of an event."""

    code = "unknown_event_type"
    detail = "“{event}” is not the type of an event."


class Trigger(Shape):
    """What starts a run: an event (a type, or all below it as in `clients.client.*`), or a user."""

    event: Annotated[str, Field(max_length=100)] | None = None
    manual: bool = False
    schedule: Text | None = None
    folder_id: UUID | None = None
    condition: Json | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "Trigger":
        if sum((self.event is not None, self.manual, self.schedule is not None)) != 1:
            raise ValueError("Give one of event, manual and schedule.")
        return self


@dataclass(frozen=True, slots=True)
class Plan:
    """A version of a flow, read and ready to run."""

    tenant_id: UUID
    flow_id: UUID
    number: int
    name: str
    trigger: Trigger
    condition: tree.Condition | None
    steps: list[Step]
    editor: Caller
    # Set where the editor was an API key: what holds only while the key does.
    editing_key: Caller | None
    edited_at: datetime
    asks_client: bool
    reads_client: bool
    # An event's own client does not do: something is asked that only clients can answer.
    asks_anew: bool

    @property
    def kind_of(self) -> tree.KindOf:
        """The fields its conditions may ask for."""
        return catalogue.fields_of(self.trigger.event)

    def starts_on(self, event_type: str) -> bool:
        """Whether events of the type start it."""
        return self.trigger.event is not None and catalogue.matches(self.trigger.event, event_type)

    def accepts(self, facts: tree.Facts) -> bool:
        """Whether folder and condition let a run start on these facts."""
        folder = self.trigger.folder_id
        if folder and tree.value_of(facts, "client.folder_id") != str(folder):
            return False
        return self.condition is None or tree.holds(self.condition, facts)


def check(trigger: Trigger, steps: list[Step]) -> None:
    """Refuse what could never run; raises Invalid with the place."""
    if trigger.schedule is not None:
        raise NoSchedulesYet(field="trigger.schedule")
    if trigger.event is not None and not catalogue.is_event_type(trigger.event):
        raise UnknownEventType(field="trigger.event", event=trigger.event)
    kind_of = catalogue.fields_of(trigger.event)
    if trigger.condition is not None:
        tree.parse(trigger.condition, kind_of, "trigger.condition")
    walk.check(steps, kind_of)


def plan(stored: Mapping[str, Any]) -> Plan:
    """A version as kept in the database, read."""
    trigger = Trigger.model_validate(stored["trigger"])
    steps = walk.read(stored["steps"])
    kind_of = catalogue.fields_of(trigger.event)
    condition = trigger.condition and tree.parse(trigger.condition, kind_of)
    asks_client = trigger.folder_id is not None or _asks_client(condition or None)
    return Plan(
        tenant_id=stored["tenant_id"], flow_id=stored["flow_id"], number=stored["number"],
        name=stored["name"], trigger=trigger, condition=condition or None, steps=steps,
        editor=_caller(stored), editing_key=_key(stored),
        edited_at=stored["created_at"], asks_client=asks_client,
        reads_client=walk.uses_client(steps), asks_anew=_asks_anew(stored),
    )  # fmt: skip


def _asks_anew(stored: Mapping[str, Any]) -> bool:
    texts = strings([stored["trigger"], stored["steps"]])
    return any(name in text for text in texts for name in catalogue.ONLY_ASKED)


def editor_of(caller: Caller) -> Json:
    """Who answers for what a flow does. A user's rights are asked for at every step; those of an
    API key, which belongs to nobody, are kept as they were, and end when the key is revoked."""
    if caller.user_id is not None:
        return {"principal": f"{USER}{caller.user_id}", "user_id": str(caller.user_id)}
    folders = caller.folder_ids
    return {
        "principal": caller.principal, "permissions": sorted(caller.permissions),
        "visibility": caller.visibility,
        "folder_ids": None if folders is None else [str(folder) for folder in folders],
        "role_id": str(caller.role_id or ""), "made_by": str(caller.made_by or ""),
        "team_ids": [str(team) for team in caller.team_ids],
    }  # fmt: skip


def merged(stored: Json, patch: Json) -> Json:
    """JSON merge patch (RFC 7386): null takes a member away, objects are merged, lists replaced."""
    result = dict(stored)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and name != "condition":
            before = result.get(name)
            result[name] = merged(before if isinstance(before, dict) else {}, value)
        else:
            result[name] = value
    return result


def read_trigger(raw: Json) -> Trigger:
    """A trigger put together from a patch; raises Invalid as the schema would."""
    try:
        return Trigger.model_validate(raw)
    except ValidationError as error:
        raise Invalid(errors=tuple(
            FieldError(".".join(map(str, ("trigger", *e["loc"]))), *validation_message(e, "en"))
            for e in error.errors(include_url=False)
        )) from error  # fmt: skip


def _asks_client(condition: tree.Condition | None) -> bool:
    fields = tree.comparisons(condition) if condition else ()
    return any(comparison.field.startswith("client.") for comparison in fields)


def _caller(stored: Mapping[str, Any]) -> Caller:
    editor, principal = stored["editor"], f"flow:{stored['flow_id']}"
    if user_id := editor.get("user_id"):
        return Caller(stored["tenant_id"], principal, user_id=UUID(user_id))
    folders = editor["folder_ids"]
    return Caller(
        stored["tenant_id"], principal, frozenset(editor["permissions"]), editor["visibility"],
        folder_ids=None if folders is None else tuple(UUID(folder) for folder in folders),
        role_id=_uuid(editor.get("role_id")), made_by=_uuid(editor.get("made_by")),
        team_ids=tuple(UUID(team) for team in editor.get("team_ids", ())),
    )  # fmt: skip


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _key(stored: Mapping[str, Any]) -> Caller | None:
    if stored["editor"].get("user_id"):
        return None
    # Without the role: that it changed ends no key, and what is hidden from it is asked each time.
    return replace(_caller(stored), principal=stored["editor"]["principal"], role_id=None)
