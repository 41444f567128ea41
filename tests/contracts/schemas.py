"""Whether an answer is what its declared schema says, as far as shapes go."""

from typing import Any

from tests.product import Json

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float),
    "boolean": bool, "null": type(None),
}  # fmt: skip


class Schemas:
    """The named schemas of a document."""

    def __init__(self, document: Json) -> None:
        self._document = document

    def resolve(self, reference: str) -> Json:
        """What a `#/…` reference points to; raises KeyError where that is nothing."""
        found = self._document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        return found

    def inside(self, schema: Json) -> Json:
        """What is named or listed by a schema: of a page of records, the record."""
        while True:
            fields = schema.get("properties", {})
            if "$ref" in schema:
                schema = self.resolve(schema["$ref"])
            elif schema.get("type") == "array":
                schema = schema["items"]
            elif "next_cursor" in fields:
                schema = fields["items"]
            else:
                return schema

    def faults(self, value: Any, schema: Json, at: str = "$") -> list[str]:
        """How the value differs from the schema; empty where it does not."""
        if "$ref" in schema:
            return self.faults(value, self.resolve(schema["$ref"]), at)
        if choices := schema.get("anyOf") or schema.get("oneOf"):
            found = [self.faults(value, choice, at) for choice in choices]
            return [] if [] in found else min(found, key=len)
        if not _is_one_of(value, schema.get("type")):
            return [f"{at}: {value!r} is no {schema['type']}"]
        if "enum" in schema and value not in schema["enum"]:
            return [f"{at}: {value!r} is none of {schema['enum']}"]
        if isinstance(value, dict):
            return self._object_faults(value, schema, at)
        if isinstance(value, list) and "items" in schema:
            return [f for one in value for f in self.faults(one, schema["items"], f"{at}[]")]
        return []

    def _object_faults(self, value: Json, schema: Json, at: str) -> list[str]:
        known = schema.get("properties", {})
        missing = [f"{at}.{name} is missing" for name in schema.get("required", ())
                   if name not in value]  # fmt: skip
        closed = known and not schema.get("additionalProperties")
        unknown = [f"{at}.{name} is not declared" for name in value if closed and name not in known]
        wrong = [
            fault
            for name in known.keys() & value.keys()
            for fault in self.faults(value[name], known[name], f"{at}.{name}")
        ]
        return missing + unknown + wrong


def _is_one_of(value: Any, kinds: str | list[str] | None) -> bool:
    if kinds is None:
        return True
    wanted = [kinds] if isinstance(kinds, str) else kinds
    if isinstance(value, bool):
        return "boolean" in wanted
    return any(isinstance(value, _TYPES[kind]) for kind in wanted)
