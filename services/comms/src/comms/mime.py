"""A mail as it goes over the wire: text with a plain HTML twin, and attachments."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from typing import Final
from urllib.parse import quote

# The newer policies of the email package read every header back: five times the work.
_POLICY: Final = compat32.clone(linesep="\r\n")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*")
_RIGHT_TO_LEFT: Final = {"ar", "fa", "he", "ur"}
# So much of an encoded name as fits a line, never half of a %XX.
_PIECE: Final = re.compile(r"(?:%..|[^%]){1,20}")
# dir=auto on each paragraph: its own first letter decides, so Arabic and English may alternate.
_PAGE: Final = (
    '<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8"></head>'
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
    """The mail in the form of RFC 5322, all of it in ASCII for any server on the way."""
    message = _texts(mail)
    if mail.attachments:
        message = _with_files(mail, message)
    message["From"] = formataddr((mail.sender_name, mail.sender), "utf-8")
    message["To"] = mail.recipient
    message["Subject"] = Header(mail.subject, header_name="Subject").encode()
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = f"<{mail.message_id}>"
    if _LANGUAGE.fullmatch(mail.language):
        message["Content-Language"] = mail.language
    if mail.trace_id:
        message["X-Trace-Id"] = mail.trace_id
    return message.as_bytes(policy=_POLICY)


def _texts(mail: Mail) -> MIMEMultipart:
    made = MIMEMultipart("alternative", boundary=_boundary(mail, "texts"))
    made.attach(MIMEText(mail.body, "plain", "utf-8"))
    made.attach(MIMEText(page(mail.body, mail.language), "html", "utf-8"))
    return made


def _with_files(mail: Mail, texts: MIMEMultipart) -> MIMEMultipart:
    made = MIMEMultipart("mixed", boundary=_boundary(mail, "files"))
    made.attach(texts)
    for attachment in mail.attachments:
        part = MIMEBase(*attachment.content_type.split("/", 1))
        part.set_payload(attachment.content)
        encode_base64(part)
        part["Content-Disposition"] = _disposition(attachment.filename)
        made.attach(part)
    return made


def _disposition(filename: str) -> str:
    """A long name goes in pieces (RFC 2231 §3): no line of a mail has over 998 characters."""
    name = f"utf-8''{quote(filename, safe='')}"
    pieces = _PIECE.findall(name)
    if len(pieces) == 1:
        return f"attachment; filename*={name}"
    numbered = (f"filename*{number}*={piece}" for number, piece in enumerate(pieces))
    return ";\r\n ".join(("attachment", *numbered))


def _boundary(mail: Mail, what: str) -> str:
    """Every part is base64, in which no underscore occurs: no need to look whether it does."""
    return f"=_{what}_{mail.message_id.partition('@')[0]}"


def page(text: str, language: str) -> str:
    """The text as HTML: everything in it is escaped, so nothing that was filled in is markup."""
    paragraphs = (part.strip("\n") for part in text.replace("\r\n", "\n").split("\n\n"))
    shown = "".join(
        f'<p dir="auto">{html.escape(part).replace(chr(10), "<br>")}</p>'
        for part in paragraphs
        if part
    )
    direction = "rtl" if language.split("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"
    return _PAGE.format(language=html.escape(language), direction=direction, paragraphs=shown)
