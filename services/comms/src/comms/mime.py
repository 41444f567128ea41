"""A mail as it goes over the wire: text with a plain HTML twin, and attachments."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

# 7 bit, so that every server on the way can pass it on unchanged.
_POLICY: Final = SMTP.clone(cte_type="7bit")
# dir=auto on each paragraph: its own first letter decides, so Arabic and English may alternate.
_PAGE: Final = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"></head>'
    '<body style="font-family:sans-serif;line-height:1.6">{paragraphs}</body></html>'
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What is written; `message_id` is without its angle brackets."""

    message_id: str
    sender_name: str
    sender: str
    recipient: str
    subject: str
    body: str
    language: str
    date: datetime
    trace_id: str | None = None
    attachments: Sequence[Attachment] = ()


def compose(mail: Mail) -> bytes:
    """The mail in the form of RFC 5322."""
    message = EmailMessage(_POLICY)
    message["From"] = Address(mail.sender_name, addr_spec=mail.sender)
    message["To"] = Address(addr_spec=mail.recipient)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = f"<{mail.message_id}>"
    message["Content-Language"] = mail.language
    if mail.trace_id:
        message["X-Trace-Id"] = mail.trace_id
    message.set_content(mail.body)
    message.add_alternative(page(mail.body, mail.language), subtype="html")
    for attachment in mail.attachments:
        main, _, sub = attachment.content_type.partition("/")
        message.add_attachment(
            attachment.content, maintype=main, subtype=sub, filename=attachment.filename
        )
    return message.as_bytes()


def page(text: str, language: str) -> str:
    """The text as HTML: everything in it is escaped, so nothing that was filled in is markup."""
    paragraphs = (part.strip("\n") for part in text.replace("\r\n", "\n").split("\n\n"))
    shown = "".join(
        f'<p dir="auto">{html.escape(part).replace(chr(10), "<br>")}</p>'
        for part in paragraphs
        if part
    )
    return _PAGE.format(language=language, paragraphs=shown)
