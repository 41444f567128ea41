"""What others hear of users and teams."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from diwan.identity.v1 import events_pb2, identity_pb2

from chassis.events import Event, event
from edge.users.tables import Team, User


def user_message(user: User) -> identity_pb2.User:
    """A user as other services know them."""
    return identity_pb2.User(
        id=str(user.id), name=user.name, email=user.email, locale=user.locale,
        role_id=str(user.role_id), team_ids=[str(team) for team in user.team_ids],
        is_active=user.is_active, version=user.version,
    )  # fmt: skip


def user_changed(verb: str, user: User, hand_over_to: UUID | None = None) -> Event:
    """edge.user.created, updated or deactivated."""
    payload = events_pb2.UserChanged(
        user=user_message(user), hand_over_to_id=str(hand_over_to) if hand_over_to else ""
    )
    return event(f"edge.user.{verb}", payload, user.id, user.version).urgently()


def team_message(team: Team, member_ids: Iterable[UUID]) -> identity_pb2.Team:
    """A team as other services know it."""
    return identity_pb2.Team(
        id=str(team.id), name=team.name, member_ids=[str(member) for member in member_ids],
        version=team.version,
    )  # fmt: skip


def team_changed(verb: str, team: Team, member_ids: Iterable[UUID]) -> Event:
    """edge.team.created, updated or deleted."""
    if verb == "deleted":  # newer than the last change, so that whoever follows takes it over
        team = replace(team, version=team.version + 1)
    payload = events_pb2.TeamChanged(team=team_message(team, member_ids))
    return event(f"edge.team.{verb}", payload, team.id, team.version).urgently()
