"""The operations of the published OpenAPI document, as tests walk them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.product import Json

METHODS = ("get", "post", "put", "patch", "delete")
PUBLIC, SIGNED_IN = "public", "signed_in"
# What a path may name that every company knows alike.
COMMON = frozenset({"pack_name", "token"})
FORM = "application/x-www-form-urlencoded"
UPLOAD = "multipart/form-data"


@dataclass(frozen=True, repr=False)
class Operation:
    """One method of one path."""

    method: str
    path: str
    details: Json

    def __repr__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """As people say it: `POST /v1/clients/{client_id}/move`."""
        return f"{self.method} {self.path}"

    @property
    def permission(self) -> str:
        return str(self.details.get("x-permission", ""))

    @property
    def is_guarded(self) -> bool:
        """Whether it asks for a permission, not only for a signed-in caller."""
        return self.permission not in (PUBLIC, SIGNED_IN)

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def is_endless(self) -> bool:
        """Whether its answer goes on until the caller leaves."""
        contents = self.details["responses"].get("200", {}).get("content", {})
        return "text/event-stream" in contents

    @property
    def path_names(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    @property
    def query_names(self) -> list[str]:
        parameters = self.details.get("parameters", ())
        return [str(p["name"]) for p in parameters if p.get("in") == "query"]

    @property
    def needed_names(self) -> list[str]:
        """What a query has to name."""
        parameters = self.details.get("parameters", ())
        named = [p for p in parameters if p.get("in") == "query" and p.get("required")]
        return [str(p["name"]) for p in named]

    @property
    def contents(self) -> Json:
        """The request bodies it takes, by media type."""
        contents: Json = self.details.get("requestBody", {}).get("content", {})
        return contents

    @property
    def needs_body(self) -> bool:
        return bool(self.details.get("requestBody", {}).get("required"))

    @property
    def is_form(self) -> bool:
        return FORM in self.contents

    @property
    def is_upload(self) -> bool:
        return UPLOAD in self.contents

    @property
    def example(self) -> Any:
        """The body shown in the documents; None where there is none."""
        return next((c["example"] for c in self.contents.values() if "example" in c), None)

    @property
    def declared(self) -> set[int]:
        """The statuses of success it declares; a browser is sent on with 303."""
        answers = self.details["responses"]
        return {int(code) for code in answers if code.startswith("2") or code == "303"}

    def answer_content(self, status: int) -> Json | None:
        """How a JSON answer is declared; None where it is none."""
        contents = self.details["responses"].get(str(status), {}).get("content", {})
        found: Json | None = contents.get("application/json")
        return found

    def answer_schema(self, status: int) -> Json | None:
        """The declared schema of a JSON answer."""
        schema: Json | None = (self.answer_content(status) or {}).get("schema")
        return schema


def answer_example(document: Json, content: Json) -> Any:
    """What a JSON answer looks like by the document, named or in its place; None without one."""
    named = content.get("examples", {}).get("answer", {}).get("$ref", "").rpartition("/")[2]
    shown = document["components"]["examples"].get(named, {}) if named else content
    return shown.get("value" if named else "example")


def operations(document: Json) -> Iterator[Operation]:
    """Every operation of the document, in its order."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield Operation(method.upper(), path, item[method])
