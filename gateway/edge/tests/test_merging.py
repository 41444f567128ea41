"""The document of the whole product says of every operation what its own service says of it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from edge.api_docs.rules.merging import merge

Json = dict[str, Any]
NAMES = ("Entry", "Page", "Share", "BillingEntry")
KINDS = ("schemas", "examples", "responses")
_names = st.sampled_from(NAMES)
_part = st.one_of(
    st.sampled_from([{"type": "string"}, {"type": "integer"}]),
    _names.map(lambda name: {"$ref": f"#/components/schemas/{name}"}),
)
_schemas = st.fixed_dictionaries(
    {name: st.fixed_dictionaries({"items": _part}) for name in NAMES}
)  # fmt: skip
_components = st.fixed_dictionaries(dict.fromkeys(KINDS, _schemas))


def document(service: str, components: Json) -> Json:
    """Of a service that answers with each of its shapes."""
    paths = {
        f"/v1/{service}/{kind}/{name}": {"get": {"answer": {"$ref": f"#/components/{kind}/{name}"}}}
        for kind, named in components.items() for name in named
    }  # fmt: skip
    return {"paths": paths, "components": components}


def read(whole: Json, value: Any, depth: int = 5) -> Any:
    """What it stands for, all names in it looked up, as deep as that is told."""
    if isinstance(value, dict) and "$ref" in value:
        _, _, kind, name = value["$ref"].split("/")
        return read(whole, whole["components"][kind][name], depth - 1) if depth else "deeper"
    if isinstance(value, dict):
        return {key: read(whole, one, depth) for key, one in value.items()}
    return value


def as_told(documents: dict[str, Json]) -> dict[str, tuple[Any, Any]]:
    """Of each path what the merged document and the service's own say it answers."""
    merged = merge(documents, "https://example.com", [])

    def answer(whole: Json, path: str) -> Any:
        return read(whole, whole["paths"][path]["get"]["answer"])

    every = [(own, path) for own in documents.values() for path in own["paths"]]
    return {path: (answer(merged, path), answer(own, path)) for own, path in every}


@given(_components, _components, _components)
def test_no_service_speaks_of_anothers_shapes(clients: Json, billing: Json, third: Json) -> None:
    """GW-07, GW-08: be it a page of what only has the same name."""
    parts = {"clients": clients, "billing": billing, "memberships": third}
    documents = {name: document(name, one) for name, one in parts.items()}
    assert [path for path, (told, own) in as_told(documents).items() if told != own] == []


def test_pages_that_read_alike_are_of_their_own_records() -> None:
    """GW-08: each service has a page of entries, and each means its own."""
    page = {"items": {"$ref": "#/components/schemas/Entry"}}
    documents = {
        name: document(name, {"schemas": {"Entry": {"type": kind}, "Page": page}})
        for name, kind in (("clients", "string"), ("billing", "integer"))
    }
    told = as_told(documents)
    assert told["/v1/clients/schemas/Page"][0] == {"items": {"type": "string"}}
    assert told["/v1/billing/schemas/Page"][0] == {"items": {"type": "integer"}}


def test_what_services_share_stands_there_once() -> None:
    """GW-08"""
    shared = {"schemas": {"Problem": {"type": "object"}}}
    documents = {name: document(name, shared) for name in ("clients", "billing")}
    merged = merge(documents, "https://example.com", [])
    assert merged["components"]["schemas"] == shared["schemas"]
