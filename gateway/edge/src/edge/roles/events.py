"""What others hear of roles."""

from dataclasses import replace

from diwan.identity.v1 import events_pb2, identity_pb2

from chassis.events import Event, event
from edge.roles.tables import Role


def message(role: Role) -> identity_pb2.Role:
    """A role as other services know it."""
    return identity_pb2.Role(
        id=str(role.id), name=role.name, permissions=role.permissions,
        visibility=role.visibility, is_owner=role.builtin == "owner", version=role.version,
    )  # fmt: skip


def role_changed(verb: str, role: Role) -> Event:
    """edge.role.created, updated or deleted."""
    if verb == "deleted":  # newer than the last change, so that whoever follows takes it over
        role = replace(role, version=role.version + 1)
    payload = events_pb2.RoleChanged(role=message(role))
    return event(f"edge.role.{verb}", payload, role.id, role.version).urgently()
