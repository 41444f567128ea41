"""What there is below /v1/caldav/: whose it is, their calendars, and what is in one."""

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from scheduling.caldav.rules.failures import NothingHere

PATH: Final = "/v1/caldav/"
Kind = Literal["root", "principal", "home", "calendar", "entry"]


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere below, for the one user and the one calendar that a token opens."""

    kind: Kind
    entry_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where everything is, for a user and a calendar."""

    user_id: UUID
    calendar_id: UUID

    @property
    def principal(self) -> str:
        return f"{PATH}users/{self.user_id}/"

    @property
    def home(self) -> str:
        return f"{PATH}calendars/"

    @property
    def calendar(self) -> str:
        return f"{self.home}{self.calendar_id}/"

    def entry(self, entry_id: UUID) -> str:
        """Of one entry."""
        return f"{self.calendar}{entry_id}.ics"

    def of(self, place: Place) -> str:
        """Of a place."""
        if place.entry_id is not None:
            return self.entry(place.entry_id)
        return {"root": PATH, "principal": self.principal, "home": self.home,
                "calendar": self.calendar}[place.kind]  # fmt: skip

    def find(self, path: str) -> Place:
        """What is at a path below; raises NothingHere."""
        match [part for part in path.split("/") if part]:
            case []:
                return Place("root")
            case ["users", user] if user == str(self.user_id):
                return Place("principal")
            case ["calendars"]:
                return Place("home")
            case ["calendars", calendar] if calendar == str(self.calendar_id):
                return Place("calendar")
            case ["calendars", calendar, name] if calendar == str(self.calendar_id):
                return Place("entry", _entry_id(name))
        raise NothingHere()

    def entry_at(self, href: str) -> UUID | None:
        """The entry that an address leads to, whole or from its path on; None where it is none."""
        _, found, path = href.strip().partition(PATH)
        try:
            return self.find(path).entry_id if found else None
        except NothingHere:
            return None


def below(place: Place) -> tuple[Place, ...]:
    """What is right below, entries apart."""
    return {
        "root": (Place("principal"), Place("home")), "home": (Place("calendar"),),
    }.get(place.kind, ())  # fmt: skip


def _entry_id(name: str) -> UUID:
    try:
        return UUID(name.removesuffix(".ics"))
    except ValueError:
        raise NothingHere() from None
