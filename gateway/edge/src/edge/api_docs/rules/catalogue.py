"""The AsyncAPI document of all events, from the comments and messages of the protos."""

import re
from collections.abc import Iterator
from typing import Any, Final

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

_TYPE: Final = re.compile(r"\b[a-z]+\.[a-z_]+\.[a-z_]+\b")
_MESSAGES: Final = 4  # FileDescriptorProto.message_type, as a path of source locations names it
_WORDS: Final = {
    FieldDescriptorProto.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptorProto.TYPE_INT32: {"type": "integer"},
    FieldDescriptorProto.TYPE_UINT32: {"type": "integer"},
    FieldDescriptorProto.TYPE_DOUBLE: {"type": "number"},
    FieldDescriptorProto.TYPE_FLOAT: {"type": "number"},
}
# CloudEvents 1.0 with our extensions; `data` differs from type to type.
_ENVELOPE: Final = {
    "type": "object",
    "required": ["specversion", "id", "type", "source", "subject", "time", "tenantid", "data"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid"},
        "type": {"type": "string"},
        "source": {"type": "string"},
        "subject": {"type": "string", "format": "uuid", "description": "the entity"},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "tenantid": {"type": "string", "format": "uuid"},
        "clientid": {"type": "string", "format": "uuid"},
        "actor": {
            "type": "string",
            "description": "user:<id>, key:<id>, flow:<id>, service:<name>",
        },
        "version": {"type": "integer", "description": "the entity's own"},
        "cause": {"type": "string", "description": "the run or event that led here"},
        "depth": {"type": "integer"},
        "traceparent": {"type": "string"},
    },
}


def asyncapi(found: FileDescriptorSet) -> dict[str, Any]:
    """The document; raises nothing for protos without events."""
    events = {kind: name for file in found.file for kind, name in _events(file)}
    schemas: dict[str, Any] = {"Envelope": _ENVELOPE}
    for file in found.file:
        schemas |= {
            _short(f".{file.package}.{message.name}"): _schema(message)
            for message in file.message_type
            if file.package.startswith("diwan.")
        }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Diwan events", "version": "1"},
        "defaultContentType": "application/cloudevents+json",
        "channels": {kind: _channel(kind) for kind in sorted(events)},
        "operations": {
            f"send {kind}": {"action": "send", "channel": {"$ref": f"#/channels/{kind}"}}
            for kind in sorted(events)
        },
        "components": {
            "messages": {kind: _message(kind, events[kind]) for kind in sorted(events)},
            "schemas": schemas,
        },
    }


def _events(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    """Each event type and its message: the comment over a message names its types."""
    if not file.name.endswith("/events.proto"):
        return
    for location in file.source_code_info.location:
        if len(location.path) == 2 and location.path[0] == _MESSAGES:
            message = file.message_type[location.path[1]]
            for kind in _TYPE.findall(location.leading_comments):
                yield kind, _short(f".{file.package}.{message.name}")


def _channel(kind: str) -> dict[str, Any]:
    return {
        "address": f"events.{kind}.{{tenant_id}}",
        "parameters": {"tenant_id": {"description": "the company"}},
        "messages": {kind: {"$ref": f"#/components/messages/{kind}"}},
    }


def _message(kind: str, payload: str) -> dict[str, Any]:
    data = {"type": {"const": kind}, "data": {"$ref": f"#/components/schemas/{payload}"}}
    envelope = {"$ref": "#/components/schemas/Envelope"}
    return {"name": kind, "payload": {"allOf": [envelope, {"properties": data}]}}


def _schema(message: DescriptorProto) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {field.name: _field(field) for field in message.field},
    }


def _field(field: FieldDescriptorProto) -> dict[str, Any]:
    if field.type == FieldDescriptorProto.TYPE_MESSAGE:
        one: dict[str, Any] = _reference(field.type_name)
    else:
        one = dict(_WORDS.get(field.type, {"type": "string"}))
    if field.label == FieldDescriptorProto.LABEL_REPEATED:
        return {"type": "array", "items": one}
    return one


def _reference(type_name: str) -> dict[str, Any]:
    """Google's own messages have a JSON form of their own; a map's entry is any object."""
    if not type_name.startswith(".diwan.") or type_name.endswith("Entry"):
        return {}
    return {"$ref": f"#/components/schemas/{_short(type_name)}"}


def _short(type_name: str) -> str:
    """`.diwan.clients.v1.Client` reads `clients.Client`."""
    parts = type_name.removeprefix(".diwan.").split(".")
    return ".".join(part for part in parts if not re.fullmatch(r"v\d+", part))
