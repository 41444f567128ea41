"""The reference as one page of HTML: no scripts, nothing from elsewhere, readable in Arabic too."""

import json
from collections import defaultdict
from collections.abc import Iterator
from html import escape
from typing import Any, Final

from chassis.i18n import translate

Document = dict[str, Any]
_METHODS: Final = ("get", "post", "put", "patch", "delete")
_STYLE: Final = """
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--link:#0b6e99}
body{font:16px/1.6 system-ui,"Noto Sans Arabic",sans-serif;margin:0 auto;max-width:60rem;
padding:1rem}
h1{margin:.5rem 0}h2{margin:2rem 0 .5rem;border-bottom:1px solid var(--line)}
nav a{color:var(--link);display:inline-block;margin-inline-end:1rem}
details{border-bottom:1px solid var(--line)}
summary{cursor:pointer;padding:.4rem 0}code,pre{font:14px/1.5 ui-monospace,monospace;direction:ltr;
unicode-bidi:isolate}pre{background:var(--soft);padding:.7rem;overflow:auto;text-align:left}
.verb{display:inline-block;min-width:4.5rem;font-weight:700;text-transform:uppercase}
.said{opacity:.8;margin:0 .7rem}table{border-collapse:collapse;width:100%}
td,th{border-bottom:1px solid var(--line);padding:.25rem .5rem;text-align:start;vertical-align:top}
.get{color:#0b7a4b}.post{color:#0b6e99}.patch,.put{color:#9a6700}.delete{color:#b42318}
"""


def render(document: Document, locale: str) -> str:
    """The page; labels in the reader's language, the texts of the operations as they are."""
    by_tag: defaultdict[str, list[str]] = defaultdict(list)
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                tag = (operations[method].get("tags") or ["…"])[0]
                by_tag[tag].append(_operation(document, path, method, locale))
    names = sorted(by_tag)
    menu = "".join(f'<a href="#{_anchor(name)}">{escape(name)}</a>' for name in names)
    parts = "".join(
        f'<h2 id="{_anchor(name)}">{escape(name)}</h2>{"".join(by_tag[name])}' for name in names
    )
    direction = "rtl" if locale == "ar" else "ltr"
    return (
        f'<!doctype html><html lang="{locale}" dir="{direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Diwan API</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(translate('The Diwan API', locale))}</h1>{_missing(document, locale)}"
        '<p><a href="/openapi.json">OpenAPI 3.1</a> · <a href="/asyncapi.json">AsyncAPI 3.0</a></p>'
        f"<nav>{menu}</nav>{parts}</body></html>"
    )


def _missing(document: Document, locale: str) -> str:
    if not (names := document.get("x-missing")):
        return ""
    text = translate("These parts do not answer now and are not shown:", locale)
    return f"<p><strong>{escape(text)}</strong> {escape(', '.join(names))}</p>"


def _operation(document: Document, path: str, method: str, locale: str) -> str:
    operation = document["paths"][path][method]
    said = operation.get("description") or operation.get("summary", "")
    permission = operation.get("x-permission", "")
    body = operation.get("requestBody", {}).get("content", {})
    return (
        f'<details><summary><span class="verb {method}">{method}</span><code>{escape(path)}</code>'
        f'<span class="said" dir="auto">{escape(said)}</span></summary>'
        f"<p>{escape(translate('Permission', locale))}: <code>{escape(permission)}</code></p>"
        + _table(translate("Parameters", locale), _parameters(operation))
        + "".join(_body(document, kind, part, locale) for kind, part in body.items())
        + "</details>"
    )


def _parameters(operation: Document) -> Iterator[tuple[str, str, bool]]:
    for one in operation.get("parameters", ()):
        yield (
            one["name"],
            f"{_kind(one.get('schema', {}))} · {one['in']}",
            bool(one.get("required")),
        )


def _body(document: Document, kind: str, part: Document, locale: str) -> str:
    schema = _resolved(document, part.get("schema", {}))
    required = set(schema.get("required", ()))
    fields = (
        (name, _kind(one), name in required) for name, one in schema.get("properties", {}).items()
    )
    shown = _table(f"{translate('Body', locale)} ({kind})", fields)
    if "example" in part:
        example = json.dumps(part["example"], ensure_ascii=False, indent=2)
        shown += f"<pre>{escape(example)}</pre>"
    return shown


def _table(title: str, rows: Iterator[tuple[str, str, bool]]) -> str:
    lines = "".join(
        f"<tr><td><code>{escape(name)}{'*' if needed else ''}</code></td>"
        f"<td><code>{escape(kind)}</code></td></tr>"
        for name, kind, needed in rows
    )
    return f"<table><tr><th colspan=2>{escape(title)}</th></tr>{lines}</table>" if lines else ""


def _kind(schema: Document) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if choices := schema.get("enum"):
        return " | ".join(str(choice) for choice in choices)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return " | ".join(dict.fromkeys(_kind(one) for one in schema[key]))
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or "any")


def _resolved(document: Document, schema: Document) -> Document:
    """What a body is made of; an optional one is `anyOf` it and null."""
    for one in (schema, *schema.get("anyOf", ())):
        if "$ref" in one:
            name = str(one["$ref"]).rsplit("/", 1)[-1]
            found: Document = document["components"]["schemas"].get(name, {})
            return found
    return schema


def _anchor(name: str) -> str:
    return escape(name.lower().replace(" ", "-"))
