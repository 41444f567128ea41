"""What a reminder says: in the words of its rule, or in the usual ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from hijridate import Gregorian

from chassis import texts

Facts = Mapping[str, Any]
Language = Literal["ar", "en"]
# Of the calendar of Umm al-Qura, as far as it is known.
_HIJRI_DAYS: Final = (date(1924, 8, 1), date(2077, 11, 16))
_WHAT: Final = {"ar": "موعد", "en": "Appointment"}
_TO_CLIENT: Final = {
    "ar": (
        "تذكير بموعدك مع {{ company.name }}",
        "{{ client.name }}، تحية طيبة.\n\nنذكّركم بموعدكم مع {{ company.name }}: "
        "{{ appointment.what }}\n{{ appointment.when }}"
        "{% if appointment.location %}\n{{ appointment.location }}{% endif %}\n",
    ),
    "en": (
        "Reminder of your appointment with {{ company.name }}",
        "Dear {{ client.name }},\n\nthis is a reminder of your appointment with "
        "{{ company.name }}: {{ appointment.what }}\n{{ appointment.when }}"
        "{% if appointment.location %}\n{{ appointment.location }}{% endif %}\n",
    ),
}
_TO_STAFF: Final = {
    "ar": (
        "تذكير بموعد مع {{ client.name }}",
        "{{ appointment.what }} · {{ client.name }}\n{{ appointment.when }}"
        "{% if appointment.location %}\n{{ appointment.location }}{% endif %}\n",
    ),
    "en": (
        "Reminder of an appointment with {{ client.name }}",
        "{{ appointment.what }} · {{ client.name }}\n{{ appointment.when }}"
        "{% if appointment.location %}\n{{ appointment.location }}{% endif %}\n",
    ),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What a rule has a reminder say, by language; both are None where it leaves that open."""

    subject: Mapping[str, str] | None
    body: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Day:
    """When something begins, by a clock, and whether the Hijri day is told too."""

    starts_at: datetime
    zone: str
    is_hijri_shown: bool


def spoken(language: str) -> Language:
    """The one of both languages that somebody is written to in."""
    return "ar" if language.startswith("ar") else "en"


def in_language(names: Mapping[str, str], language: Language) -> str:
    """A name in a language, else in the other one."""
    return names.get(language) or next(iter(names.values()), "")


def when(day: Day, language: Language) -> dict[str, str]:
    """`date`, `hijri_date` (empty where it is not told), `time`, `timezone`, and `when` with all
    of them.
    """
    local = day.starts_at.astimezone(ZoneInfo(day.zone))
    told = {"date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}", "timezone": day.zone}
    hijri = _hijri(local.date(), language) if day.is_hijri_shown else ""
    days = f"{told['date']} ({hijri})" if hijri else told["date"]
    return told | {"hijri_date": hijri, "when": f"{days} {told['time']} ({day.zone})"}


def what(title: str | None, names: Mapping[str, str] | None, language: Language) -> str:
    """What an appointment or a booking is called: by its title, by what is done, or plainly."""
    return title or in_language(names or {}, language) or _WHAT[language]


def facts(
    client: str, company: str, staff: Sequence[str], appointment: Facts
) -> dict[str, dict[str, Any]]:
    """What the words of a reminder may name."""
    return {
        "client": {"name": client}, "company": {"name": company},
        "staff": {"name": ", ".join(staff)}, "appointment": dict(appointment),
    }  # fmt: skip


def letter(
    words: Words | None, language: Language, recipient: str, told: Facts
) -> tuple[str, str]:  # fmt: skip
    """Subject and text; raises what is wrong with a text that became too large."""
    if words is None or words.subject is None or words.body is None:
        subject, body = (_TO_CLIENT if recipient == "client" else _TO_STAFF)[language]
    else:
        subject, body = (in_language(one, language) for one in (words.subject, words.body))
    return texts.render(subject, told), texts.render(body, told)


def _hijri(day: date, language: Language) -> str:
    if not _HIJRI_DAYS[0] <= day <= _HIJRI_DAYS[1]:
        return ""
    found = Gregorian(day.year, day.month, day.day).to_hijri()
    era = "هـ" if language == "ar" else "AH"
    return f"{found.day} {found.month_name(language)} {found.year} {era}"
