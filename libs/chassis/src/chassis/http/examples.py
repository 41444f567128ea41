"""Examples of answers, made from what is declared of them: one for each named schema.

What a request of the same resource shows is shown in its answer too, so both tell one story. They
show shapes: the figures of one do not add up.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

Json = dict[str, Any]
_ID: Final = "01890a5d-ac96-774b-bcce-b302099a8057"
_MOMENT: Final = "2026-03-01T09:30:00Z"
_DEEPEST: Final = 12
_BY_FORMAT: Final = {
    "uuid": _ID, "date-time": _MOMENT, "date": "2026-03-01", "uri": "https://example.com/",
    "email": "sara@example.com", "time": "09:30:00", "binary": "…",
}  # fmt: skip
_BY_NAME: Final = {
    "currency": "SAR", "home_currency": "SAR", "url": f"/v1/clients/{_ID}", "name": "سارة العتيبي",
    "ar": "استشارة", "en": "Consulting", "description": "استشارة", "quantity": "1",
    "unit_price": "100.00", "rate": "0.15", "net": "100.00", "subtotal": "100.00",
    "taxable": "100.00", "tax_total": "15.00", "total": "115.00", "balance": "115.00",
    "amount": "115.00", "unallocated": "115.00", "number": "INV-000042", "code": "C-000042",
    "color": "#336699", "created_by": f"user:{_ID}", "number_prefix": "INV-", "unit": "month",
    "email": "sara@example.com", "address": "sara@example.com", "phone": "+966501234567",
    "e164": "+966501234567", "locale": "ar", "timezone": "Asia/Riyadh", "country": "SA",
    "country_code": "SA", "token_type": "Bearer", "photo_url": f"/v1/clients/{_ID}/photo",
}  # fmt: skip
_AMOUNTS: Final = (
    "_total", "_amount", "_minor", "paid", "shipping", "deposit", "rounding", "credited",
    "written_off", "allocated", "refunded", "refunding", "used_as_credit", "invoiced", "due",
    "opening", "overdue", "credit", "lifetime_value",
)  # fmt: skip
_BY_TYPE: Final = {"boolean": False, "number": 1.0, "null": None}
_PYTHON: Final[Mapping[str, type | tuple[type, ...]]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict,
    "array": list,
}  # fmt: skip
_REFERENCE: Final = "#/components/schemas/"


class Examples:
    """Examples by the names of their schemas."""

    def __init__(self, schemas: Mapping[str, Json], shown: Mapping[str, Json]) -> None:
        self._schemas = schemas
        # Of the fields of a schema, what the request that makes one shows.
        self._shown = shown

    def of(self, schema: Json) -> Any:
        """What an answer of this schema may look like."""
        return self._of(schema, "", None, 0)

    def _of(self, schema: Json, name: str, hint: Any, depth: int) -> Any:
        if (reference := schema.get("$ref")) is not None:
            named = reference.removeprefix(_REFERENCE)
            known = self._shown.get(named)
            hint = hint if isinstance(hint, dict) or known is None else known
            return self._of(self._schemas[named], name, hint, depth + 1)
        if choices := schema.get("anyOf") or schema.get("oneOf"):
            return self._chosen(choices, name, hint, depth)
        if "const" in schema:
            return schema["const"]
        if (words := schema.get("enum")) is not None:
            return hint if hint in words else words[0]
        return self._made(schema, name, hint, depth)

    def _chosen(self, choices: list[Json], name: str, hint: Any, depth: int) -> Any:
        """What the request shows; else nothing, where nothing may stand there."""
        may_be_null = any(one.get("type") == "null" for one in choices)
        if (hint is None and may_be_null) or depth > _DEEPEST:
            return None
        real = [one for one in choices if one.get("type") != "null"]
        fitting = [one for one in real if "$ref" in one or _fits(hint, one)]
        return self._of((fitting or real)[0], name, hint, depth)

    def _made(self, schema: Json, name: str, hint: Any, depth: int) -> Any:
        kind = schema.get("type")
        if kind == "object" or "properties" in schema:
            return self._object(schema, hint, depth)
        if kind == "array":
            items = schema.get("items")
            if items is None or depth > _DEEPEST:
                return []
            first = hint[0] if isinstance(hint, list) and hint else None
            return [self._of(items, name.removesuffix("s"), first, depth + 1)]
        if _fits(hint, schema):
            return hint
        return _leaf(schema, name)

    def _object(self, schema: Json, hint: Any, depth: int) -> Json:
        given = hint if isinstance(hint, dict) else {}
        fields = schema.get("properties")
        if fields is None:
            return given
        return {
            field: self._of(one, field, given.get(field), depth + 1)
            for field, one in fields.items()
        }  # fmt: skip


def _fits(value: Any, schema: Json) -> bool:
    """Whether a shown value may stand there; an id or a moment of a request is another one's."""
    kind = schema.get("type")
    if value is None or not isinstance(kind, str) or "format" in schema:
        return False
    if isinstance(value, bool) != (kind == "boolean"):
        return False
    return isinstance(value, _PYTHON.get(kind, ()))


def _leaf(schema: Json, name: str) -> Any:
    kind = schema.get("type")
    if kind == "integer":
        return max(1, int(schema.get("minimum", 1)))
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    if kind != "string":
        return {}
    if (found := _BY_FORMAT.get(schema.get("format", ""))) is not None:
        return found
    if name in _BY_NAME:
        return _BY_NAME[name]
    return "0.00" if name.endswith(_AMOUNTS) else "…"


def add_examples(document: Json) -> None:
    """Show what every JSON answer looks like: named once, and named by each that answers so."""
    schemas: dict[str, Json] = document["components"]["schemas"]
    made = Examples(schemas, dict(_shown(document)))
    named: Json = document["components"].setdefault("examples", {})
    for operation in _operations(document):
        for content in _answers(operation):
            if not (schema := content.get("schema")) or "example" in content:
                continue
            name = schema.get("$ref", "").removeprefix(_REFERENCE)
            if not name:
                content["example"] = made.of(schema)
                continue
            if name not in named:
                named[name] = {"value": made.of(schema)}
            content["examples"] = {"answer": {"$ref": f"#/components/examples/{name}"}}


def _shown(document: Json) -> Iterator[tuple[str, Json]]:
    """The schema that each making answers with, and what it shows of its request."""
    for operation in _operations(document):
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        for status, answer in operation["responses"].items():
            schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
            if status == "201" and "$ref" in schema and isinstance(body.get("example"), dict):
                yield schema["$ref"].removeprefix(_REFERENCE), body["example"]


def _answers(operation: Json) -> Iterator[Json]:
    for status, answer in operation["responses"].items():
        content = answer.get("content", {}).get("application/json")
        if status.startswith("2") and content is not None:
            yield content


def _operations(document: Json) -> Iterator[Json]:
    for operations in document["paths"].values():
        yield from (one for one in operations.values() if isinstance(one, dict))
