"""Templates of messages."""

from dataclasses import dataclass

from sqlalchemy import Column, Text

from chassis.tables import Row, tenant_table
from comms.metadata import METADATA

templates = tenant_table(
    "templates", METADATA,
    Column("name", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("language", Text),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Template(Row):
    """A text to be filled in and sent."""

    name: str
    channel: str
    subject: str
    body: str
    language: str | None
