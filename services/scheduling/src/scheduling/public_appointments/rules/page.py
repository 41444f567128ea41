"""The page of an appointment that its client reads in a browser."""

from collections.abc import Mapping
from html import escape
from string import Template
from typing import Any, Final

# Every value is put in by `_filled`, which leaves nothing of it but text.
_PAGE: Final = Template("""<!doctype html>
<html lang="$language" dir="$direction">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style nonce="$nonce">
body { margin: 0; padding: 2rem 1rem; background: #f4f5f7; color: #1d2330;
       font: 1.05rem/1.7 "IBM Plex Sans Arabic", system-ui, sans-serif; }
main { max-width: 32rem; margin: 0 auto; padding: 2rem; background: #fff; border-radius: 1rem; }
h1 { margin: 0 0 1rem; font-size: 1.4rem; }
dl { margin: 0; } dt { color: #5b6474; font-size: .9rem; } dd { margin: 0 0 .75rem; }
form { display: inline-block; margin-block-start: 1rem; margin-inline-end: .5rem; }
button { padding: .6rem 1.4rem; border: 1px solid #1f4e8c; border-radius: .5rem;
         background: #1f4e8c; color: #fff; font: inherit; cursor: pointer; }
button.second { background: #fff; color: #1f4e8c; }
a { color: #1f4e8c; }
</style>
</head>
<body><main>
<h1>$title</h1>
$content
</main></body>
</html>
""")
_ROW: Final = Template("<dt>$name</dt><dd>$value</dd>")
_BUTTON: Final = Template(
    '<form method="post" action="$action"><button class="$kind">$name</button></form>'
)
_SAYS: Final = Template("<p>$text</p>")
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "with": ("مع", "With"), "when": ("الموعد", "When"), "where": ("المكان", "Where"),
    "staff": ("الفريق", "Staff"), "status": ("الحالة", "Status"),
    "confirm": ("تأكيد الموعد", "Confirm"), "cancel": ("إلغاء الموعد", "Call it off"),
    "scheduled": ("بانتظار تأكيدك", "Awaiting your answer"), "confirmed": ("مؤكد", "Confirmed"),
    "done": ("تمّ", "Took place"), "cancelled": ("ملغى", "Called off"),
    "no_show": ("لم يتم الحضور", "Missed"),
    "refused": ("تعذّر عرض هذه الصفحة", "This page cannot be shown"),
    "nowhere": ("هذا الرابط لا يعمل", "This link does not work"),
}  # fmt: skip


def headers(language: str, nonce: str) -> dict[str, str]:
    """What keeps a page to itself: its address is a secret, and nothing on it comes from
    elsewhere or runs.
    """
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    return {
        "Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex, nofollow",
        "Content-Language": language, "Content-Security-Policy": policy,
    }  # fmt: skip


def shown(told: Mapping[str, Any], address: str, language: str, nonce: str) -> str:
    """An appointment; `local` is when it begins by the company's clock."""
    facts = {
        "with": told["company"]["name"],
        "when": f"{told['local']:%Y-%m-%d %H:%M} ({told['timezone']})",
        "where": told["location"], "staff": "، ".join(told["staff"]),
        "status": _word(told["status"], language),
    }  # fmt: skip
    rows = "".join(
        _filled(_ROW, name=_word(name, language), value=value)
        for name, value in facts.items() if value
    )  # fmt: skip
    kinds = {"confirm": "first", "cancel": "second"}
    buttons = "".join(
        _filled(_BUTTON, action=f"{address}/{verb}?lang={language}", kind=kind,
                name=_word(verb, language))
        for verb, kind in kinds.items() if told[f"can_{verb}"]
    )  # fmt: skip
    return _page(told["what"], f"<dl>{rows}</dl>{buttons}", language, nonce)


def refused(detail: str, language: str, nonce: str, *, nowhere: bool) -> str:
    """Why nothing is shown."""
    title = _word("nowhere" if nowhere else "refused", language)
    return _page(title, _filled(_SAYS, text=detail), language, nonce)


def _page(title: str, content: str, language: str, nonce: str) -> str:
    direction = "rtl" if language == "ar" else "ltr"
    named = {"language": language, "direction": direction, "nonce": nonce, "title": title}
    return _PAGE.substitute({name: escape(value) for name, value in named.items()}, content=content)


def _word(name: str, language: str) -> str:
    return _WORDS[name][0 if language == "ar" else 1]


def _filled(template: Template, **values: str) -> str:
    return template.substitute({name: escape(value) for name, value in values.items()})
