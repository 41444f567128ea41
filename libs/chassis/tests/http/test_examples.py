"""Examples of answers, made from their schemas."""

from typing import Any

import pytest

from chassis.http.examples import Examples, add_examples

Json = dict[str, Any]
_SCHEMAS: dict[str, Json] = {
    "Folder": {"type": "object", "properties": {
        "id": {"type": "string", "format": "uuid"}, "name": {"type": "string"},
        "inside": {"type": "array", "items": {"$ref": "#/components/schemas/Folder"}},
        "parent": {"anyOf": [{"$ref": "#/components/schemas/Folder"}, {"type": "null"}]},
    }},
}  # fmt: skip
_FOLDER: Json = {"$ref": "#/components/schemas/Folder"}


@pytest.mark.parametrize(
    ("schema", "hint", "example"),
    [
        ({"type": "string", "format": "date"}, "2020-01-01", "2026-03-01"),
        ({"type": "string", "enum": ["a", "b"]}, "b", "b"),
        ({"type": "string", "enum": ["a", "b"]}, "c", "a"),
        ({"type": "integer", "minimum": 7}, "x", 7), ({"type": "integer"}, True, 1),
        ({"type": "boolean"}, 1, False), ({"type": "boolean"}, True, True),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, None, None),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, "x", "x"),
        ({"type": "array", "items": {"type": "string"}}, ["x", "y"], ["x"]),
        ({"type": "object", "additionalProperties": True}, {"k": 1}, {"k": 1}),
        ({"const": "x"}, "y", "x"),
    ],
)  # fmt: skip
def test_a_value_is_as_its_schema_says_and_as_it_was_shown(
    schema: Json, hint: Any, example: Any
) -> None:
    """GW-08"""
    made = Examples(
        {"One": {"type": "object", "properties": {"it": schema}}}, {"One": {"it": hint}}
    )
    assert made.of({"$ref": "#/components/schemas/One"}) == {"it": example}


def test_what_holds_itself_comes_to_an_end() -> None:
    made = Examples(_SCHEMAS, {})
    depth, one = 0, made.of(_FOLDER)
    while one["inside"]:
        depth, one = depth + 1, one["inside"][0]
        assert one["parent"] is None
    assert 0 < depth < 20


def test_answers_show_what_their_request_shows_and_share_one_example() -> None:
    """GW-08: named once, however many answer with it."""
    answer = {"content": {"application/json": {"schema": _FOLDER}}}
    body = {"content": {"application/json": {"example": {"name": "عملاء"}}}}
    document: Json = {
        "components": {"schemas": _SCHEMAS},
        "paths": {"/v1/folders": {
            "post": {"requestBody": body, "responses": {"201": dict(answer)}},
            "get": {"responses": {"200": {"content": {"application/json": {
                "schema": {"type": "array", "items": _FOLDER},
            }}}}},
        }},
    }  # fmt: skip
    add_examples(document)
    [(name, shown)] = document["components"]["examples"].items()
    assert (name, shown["value"]["name"]) == ("Folder", "عملاء")
    operations = document["paths"]["/v1/folders"]
    made = operations["post"]["responses"]["201"]["content"]["application/json"]
    assert made["examples"]["answer"]["$ref"] == "#/components/examples/Folder"
    listed = operations["get"]["responses"]["200"]["content"]["application/json"]["example"]
    assert [one["name"] for one in listed] == ["عملاء"]
