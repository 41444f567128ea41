"""What a service remembers: of edge the people, of clients the folder access and the clients."""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Integer,
    Table,
    Text,
    Uuid,
    func,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.schema import Index

from chassis.tables import metadata

people = metadata()
clients = metadata()
# For the service that owns people: of these tables only those of folders.
places = metadata()


def _tenant_id() -> Column[object]:
    return Column("tenant_id", Uuid, primary_key=True)


def _id() -> Column[object]:
    return Column("id", Uuid, primary_key=True)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _version() -> Column[int]:
    return Column("version", Integer, nullable=False)


identity_tenants = Table(
    "identity_tenants", people, _tenant_id(), _version(),
    _text("name"), _text("country"), _text("currency"), _text("timezone"), _text("locale"),
)  # fmt: skip

identity_users = Table(
    "identity_users", people, _tenant_id(), _id(), _version(),
    _text("name"), _text("email"), _text("locale"),
    Column("role_id", Uuid),
    Column("team_ids", ARRAY(Uuid), nullable=False, server_default="{}"),
    Column("is_active", Boolean, nullable=False),
    Index("ix_identity_users_role", "tenant_id", "role_id"),
)  # fmt: skip

identity_roles = Table(
    "identity_roles", people, _tenant_id(), _id(), _version(),
    _text("name"),
    Column("permissions", ARRAY(Text), nullable=False, server_default="{}"),
    Column("visibility", Text, nullable=False),
    Column("is_owner", Boolean, nullable=False),
    # Kept as a mark, so that an older event that comes late does not bring it back.
    Column("is_deleted", Boolean, nullable=False, server_default="false"),
)  # fmt: skip

identity_teams = Table(
    "identity_teams", people, _tenant_id(), _id(), _version(),
    _text("name"),
    Column("member_ids", ARRAY(Uuid), nullable=False, server_default="{}"),
    Column("is_deleted", Boolean, nullable=False, server_default="false"),
)  # fmt: skip

# One row per folder, also of those without an entry: access is inherited along parent_id.
folder_access = Table(
    "folder_access", people, _tenant_id(),
    Column("folder_id", Uuid, primary_key=True),
    Column("parent_id", Uuid),
    # [{"principal": "user:…" | "team:…" | "role:…", "level": "none" | "read" | …}]
    Column("access", JSONB, nullable=False, server_default="[]"),
    # Of the place in the tree and of the entries: their events may come in either order.
    Column("version", Integer, nullable=False, server_default="0"),
    Column("access_version", Integer, nullable=False, server_default="0"),
)  # fmt: skip

# Which snapshots this database has taken; it belongs to no tenant.
refs_snapshots = Table(
    "refs_snapshots", people,
    Column("name", Text, primary_key=True),
    Column("loaded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)  # fmt: skip

for _table in (folder_access, refs_snapshots):
    _table.to_metadata(places)

client_refs = Table(
    "client_refs", clients, _tenant_id(), _id(), _version(),
    _text("name"), _text("code"),
    Column("folder_id", Uuid, nullable=False),
    Column("staff_ids", ARRAY(Uuid), nullable=False, server_default="{}"),
    # Owners and collaborators: those of the staff who may write.
    Column("editor_ids", ARRAY(Uuid), nullable=False, server_default="{}"),
    Column("tags", ARRAY(Text), nullable=False, server_default="{}"),
    Column("category_id", Uuid),
    _text("language"), _text("currency"),
    # The addresses to write to or call; empty where there is none or all are opted out.
    _text("primary_email"), _text("primary_phone"),
    Column("parent_id", Uuid),
    Column("archived", Boolean, nullable=False, server_default="false"),
    # Always who answers for it now, however often that one was merged again.
    Column("merged_into", Uuid),
    # {"state", "until", "hours"}: when it wants to be contacted; null where nobody said.
    Column("availability", JSONB),
    # What it may owe at most, as it is written in its currency; empty where nobody said.
    _text("credit_limit"),
    # How many days after its date an invoice is due; null: as the company does.
    Column("credit_days", Integer),
    # Who pays for it; null: itself.
    Column("bill_to_id", Uuid),
    Index("ix_client_refs_merged", "tenant_id", "merged_into",
          postgresql_where=text("merged_into IS NOT NULL")),
)  # fmt: skip
