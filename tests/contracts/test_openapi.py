"""The published documents are valid and complete."""

import json
import re
from collections import Counter

from fastapi.openapi.models import OpenAPI

from tests.contracts.schemas import Schemas
from tests.openapi import PUBLIC, SIGNED_IN, Operation, answer_example
from tests.product import Json, Product

_PERMISSION = re.compile(
    r"(clients|comms|automation|billing|memberships|scheduling):(read|write|delete|export|manage)"
    r"|clients:reveal|clients:erase|billing:issue|billing:refund|identity:manage|audit:read"
)


async def test_the_document_is_openapi_3_1(document: Json) -> None:
    """GW-07, GW-08: one document for the whole product."""
    assert document["openapi"].startswith("3.1")
    OpenAPI.model_validate(document)
    schemas = Schemas(document)
    for reference in set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(document))):
        assert schemas.resolve(reference), reference
    ids = Counter(o["operationId"] for p in document["paths"].values() for o in p.values())
    assert [name for name, times in ids.items() if times > 1] == []


async def test_the_document_has_the_operations_of_every_service(
    every_operation: list[Operation],
) -> None:
    paths = {operation.path for operation in every_operation}
    assert {"/v1/tenants", "/v1/clients", "/v1/messages", "/v1/flows"} <= paths
    assert not [path for path in paths if path.startswith(("/internal", "/metrics"))]


async def test_every_operation_says_what_it_does_and_who_may(
    every_operation: list[Operation],
) -> None:
    """GW-04: an operation without a declared permission is a fault."""
    for operation in every_operation:
        details = operation.details
        assert details.get("description") or details.get("summary"), operation.name
        assert details.get("tags"), operation.name
        permission = operation.permission
        assert permission in (PUBLIC, SIGNED_IN) or _PERMISSION.fullmatch(permission), (
            f"{operation.name}: {permission!r}"
        )
        assert operation.declared, operation.name
        assert bool(details.get("security")) == (permission != PUBLIC), operation.name


# What is asked with a client's id and answered with no record: texts filled in, a run as it would
# be; a client's token is a program's; sums are of many, as is a file that is taken in.
_NO_RECORD = {
    "POST /v1/templates/{template_id}/preview", "POST /v1/flows/{flow_id}/test",
    "POST /v1/auth/token", "POST /v1/calendars/imports", "GET /v1/expenses/sums",
    "GET /v1/incomes/sums", "GET /v1/invoices/sums", "GET /v1/tasks/counts",
    "GET /v1/time-entries/sums",
}  # fmt: skip


async def test_whatever_is_about_a_client_names_it_and_links_to_it(
    document: Json, every_operation: list[Operation]
) -> None:
    """GW-10: what every service declares to answer, of reads and writes."""
    schemas = Schemas(document)
    about = [one for one in every_operation if _is_about_a_client(one, schemas)]
    assert len(about) > 25
    faults = []
    for operation in about:
        for status in operation.declared:
            answer = operation.answer_schema(status)
            if answer and operation.name not in _NO_RECORD:
                faults += [] if _is_linked(schemas.inside(answer), schemas) else [operation.name]
    assert not faults


def _is_about_a_client(operation: Operation, schemas: Schemas) -> bool:
    if "client_id" in [*operation.path_names, *operation.query_names]:
        return True
    bodies = (schemas.inside(one.get("schema", {})) for one in operation.contents.values())
    return any("client_id" in body.get("properties", {}) for body in bodies)


def _is_linked(record: Json, schemas: Schemas) -> bool:
    """By itself, or by the client that it holds, or the pair of them."""
    fields = record.get("properties", {})
    for name in ("client", "clients"):
        if "url" not in fields and name in fields:
            fields = schemas.inside(fields[name]).get("properties", {})
    return "url" in fields and bool({"client_id", "id"} & set(fields))


# Documents of open standards, which say themselves what is in them.
_STANDARDS = {"GET /openapi.json", "GET /asyncapi.json", "GET /.well-known/jwks.json"}


async def test_every_body_and_every_answer_in_json_has_an_example(
    document: Json, every_operation: list[Operation]
) -> None:
    """GW-08, BI-14: also of a body that may be left out; and it is as its schema says."""
    schemas = Schemas(document)
    faults: list[str] = []
    for operation in every_operation:
        if operation.contents and operation.example is None:
            faults.append(f"{operation.name}: no example of its body")
        for status in operation.declared if operation.name not in _STANDARDS else ():
            content = operation.answer_content(status)
            if content is None:
                continue
            example = answer_example(document, content)
            found = ["no example"] if example is None else schemas.faults(
                example, content["schema"]
            )  # fmt: skip
            faults += [f"{operation.name} {status}: {one}" for one in found]
    assert not faults, "\n".join(faults)


async def test_people_can_read_the_document(product: Product) -> None:
    answer = await product.http.get("/docs")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
