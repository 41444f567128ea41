"""Reading what a message asks for, with the checks that stand before HTTP."""

from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from pydantic import ValidationError

from chassis.errors import FieldError, Invalid
from chassis.i18n import validation_message
from chassis.shapes import Shape

ShapeT = TypeVar("ShapeT", bound=Shape)


class NotAnId(Invalid):
    """A field that names a record holds something else."""

    code = "not_an_id"
    detail = "This is not an id."


def shape_of(shape: type[ShapeT], message: Message, *without: str) -> ShapeT:
    """A message as a body over HTTP, without some of its fields; an empty string was not said.

    Raises Invalid.
    """
    told: dict[str, Any] = MessageToDict(message, preserving_proto_field_name=True)
    try:
        return shape(**{name: value for name, value in told.items() if name not in without})
    except ValidationError as error:
        found = [
            (".".join(map(str, one["loc"])), *validation_message(dict(one), "en"))
            for one in error.errors()
        ]
        raise Invalid(errors=tuple(FieldError(*one) for one in found)) from error


def id_of(text: str, field: str) -> UUID:
    """The record that a field names; raises NotAnId."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotAnId(field=field) from error
