"""The mailbox as pages that a person reads."""

from html import escape

from local.mailbox.store import Mail

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{refresh}
<style>
 body {{ font: 16px/1.5 system-ui, "Noto Sans Arabic", sans-serif; margin: 2rem auto;
        max-width: 60rem; padding: 0 1rem; color: #1f2933; background: #f7f8fa }}
 a {{ color: #0b5c8a; text-decoration: none }}
 table {{ width: 100%; border-collapse: collapse; background: #fff }}
 td, th {{ padding: .5rem .75rem; border-bottom: 1px solid #e4e7eb; text-align: start;
          overflow-wrap: anywhere }}
 pre, iframe {{ background: #fff; border: 1px solid #e4e7eb; padding: 1rem; width: 100%;
               box-sizing: border-box; white-space: pre-wrap; font: inherit }}
 iframe {{ min-height: 24rem }}
 .quiet {{ color: #616e7c }}
</style></head><body><h1>{title}</h1>{body}</body></html>"""
ROW = """<tr><td class="quiet">{at}</td><td dir="auto">{to}</td>
<td dir="auto"><a href="/messages/{id}">{subject}</a></td></tr>"""
HEAD = "<tr><th>Received (UTC)</th><th>To</th><th>Subject</th></tr>"
EMPTY = '<p class="quiet">No mail yet. What the services send appears here by itself.</p>'


def inbox(mails: list[Mail]) -> str:
    """All mails in a table that refreshes itself."""
    rows = "".join(_row(mail) for mail in mails)
    body = f"<table>{HEAD}{rows}</table>" if mails else EMPTY
    refresh = '<meta http-equiv="refresh" content="5">'
    return PAGE.format(title="Diwan mailbox", body=body, refresh=refresh)


def letter(mail: Mail) -> str:
    """One mail: who, when, the text as it was meant, attachments."""
    body = f"""<p><a href="/">All mail</a> · <a href="/messages/{mail.id}.eml">source</a></p>
    <table><tr><th>From</th><td dir="auto">{escape(mail.sender)}</td></tr>
    <tr><th>To</th><td dir="auto">{escape(", ".join(mail.recipients))}</td></tr>
    <tr><th>Received</th><td>{mail.received_at}</td></tr>{_attachments(mail)}</table>
    {_content(mail)}"""
    return PAGE.format(title=_title(mail), body=body, refresh="")


def _row(mail: Mail) -> str:
    return ROW.format(
        at=mail.received_at[:19].replace("T", " "),
        to=escape(", ".join(mail.recipients)),
        id=mail.id,
        subject=_title(mail),
    )


def _title(mail: Mail) -> str:
    return escape(mail.subject) or "(no subject)"


def _attachments(mail: Mail) -> str:
    names = ", ".join(f"{part.name} ({part.type}, {part.size} B)" for part in mail.attachments)
    return f'<tr><th>Attached</th><td dir="auto">{escape(names)}</td></tr>' if names else ""


def _content(mail: Mail) -> str:
    if mail.html:
        # An empty sandbox: no script of a mail runs here.
        return f'<iframe sandbox="" srcdoc="{escape(mail.html)}"></iframe>'
    return f'<pre dir="auto">{escape(mail.text)}</pre>'
