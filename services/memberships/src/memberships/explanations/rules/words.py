"""How each step of an explanation reads, in Arabic and in English."""

from collections.abc import Mapping
from typing import Final

Said = dict[str, str]
_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "begun": (
        "عضوية تبدأ في {start_date} على باقة {package}.",
        "A membership from {start_date} on, by the package {package}.",
    ),
    "asked": (
        "طُلبت المدة {number} في {asked_on}، وهي {count} × {unit}.",
        "Period {number} was asked for on {asked_on}: {count} × {unit}.",
    ),
    "pending": (
        "لم تُعدَّ فاتورة المدة {number} بعد، فلا تُحتسب.",
        "The invoice of period {number} is not made yet: it does not count.",
    ),
    "refused": (
        "رفضت الفوترة المدة {number}، فلا تُحتسب.",
        "Billing refused period {number}: it does not count.",
    ),
    "withdrawn": (
        "سُحب طلب المدة {number}، فلا تُحتسب.",
        "Period {number} was withdrawn: it does not count.",
    ),
    "unpaid": (
        "فاتورة المدة {number} غير مسددة، فلا تُحتسب.",
        "The invoice of period {number} is not paid: it does not count.",
    ),
    "unsupported": (
        "سُدِّدت المدة {number}، لكنها لا تُحتسب ما دامت المدة التي حلّت محلها غير مسددة.",
        "Period {number} is paid, but does not count as long as the one that it replaces is not.",
    ),
    "paid": ("سُدِّدت المدة {number}، فتُحتسب.", "Period {number} is paid: it counts."),
    "first": (
        "تبدأ المدة {number} في {starts_on}، وهو أول يوم غير مجمَّد من يوم بدء العضوية.",
        "Period {number} begins on {starts_on}, the first day of the membership that is not"
        " frozen.",
    ),
    "follows": (
        "تتبع المدة {number} ما قبلها من {starts_on}: طُلبت في {asked_on}، ولم تنقضِ أيام السماح"
        " ({tolerance_days}) من {reached}.",
        "Period {number} follows the one before from {starts_on} on: it was asked for on"
        " {asked_on}, before {tolerance_days} days of tolerance from {reached} on were over.",
    ),
    "anew": (
        "تبدأ المدة {number} من جديد في {starts_on}: طُلبت في {asked_on}، بعد أن انقضت أيام السماح"
        " ({tolerance_days}) من {reached}.",
        "Period {number} begins anew on {starts_on}: it was asked for on {asked_on}, when"
        " {tolerance_days} days of tolerance from {reached} on were over.",
    ),
    "replaces": (
        "تحل المدة {number} من {starts_on} محل ما بقي مما قبلها.",
        "Period {number} replaces from {starts_on} on what was left of the one before.",
    ),
    "waits": (
        "لا يُعرف متى تبدأ المدة {number} ما دامت العضوية موقوفة.",
        "When period {number} begins is not known as long as the membership is suspended.",
    ),
    "covers": (
        "المدة {number} بالتقويم {length} يومًا، من {nominal_from} إلى ما قبل {nominal_to}،"
        " محسوبة من {anchor}. تغطي من {starts_on} إلى ما قبل {ends_on}.",
        "By the calendar period {number} has {length} days, from {nominal_from} to before"
        " {nominal_to}, counted from {anchor}. It covers {starts_on} to before {ends_on}.",
    ),
    "covers_skipping": (
        "المدة {number} بالتقويم {length} يومًا، من {nominal_from} إلى ما قبل {nominal_to}،"
        " محسوبة من {anchor}. تُخطِّيت فيها أيام مجمّدة عددها {skipped}، فتغطي من {starts_on} إلى"
        " ما قبل {ends_on}.",
        "By the calendar period {number} has {length} days, from {nominal_from} to before"
        " {nominal_to}, counted from {anchor}. With {skipped} frozen days skipped it covers"
        " {starts_on} to before {ends_on}.",
    ),
    "covers_until": (
        "المدة {number} بالتقويم {length} يومًا. تغطي من {starts_on}، ولا تُعرف نهايتها ما دامت"
        " العضوية موقوفة.",
        "By the calendar period {number} has {length} days. It covers {starts_on} and after; its"
        " end is not known as long as the membership is suspended.",
    ),
    "freeze": (
        "مجمّدة من {from} إلى {to}، وتُضاف أيامها ({days}).",
        "Frozen from {from} to {to}: its {days} days are added.",
    ),
    "freeze_lost": (
        "مجمّدة من {from} إلى {to}، ولا تُضاف أيامها ({days}).",
        "Frozen from {from} to {to}: its {days} days are not added.",
    ),
    "suspension": (
        "موقوفة من {from} إلى {to}، وتُضاف أيامها ({days}).",
        "Suspended from {from} to {to}: its {days} days are added.",
    ),
    "suspension_open": (
        "موقوفة منذ {from} حتى تُستأنف.", "Suspended since {from}, until it is resumed.",
    ),
    "ends_with_period": (
        "طُلب إنهاؤها مع ما هو مسدد.", "It was asked to end with what is paid.",
    ),
    "ends": ("أُلغيت من {cancelled_on}.", "It was cancelled from {cancelled_on} on."),
    "is_cancelled": (
        "ملغاة منذ {cancelled_on}.", "It is cancelled since {cancelled_on}.",
    ),
    "is_suspended": (
        "موقوفة اليوم، فلا يُعرف موعد تجديدها.",
        "It is suspended today, so its renewal date is not known.",
    ),
    "is_frozen": ("مجمّدة اليوم، {today}.", "It is frozen today, {today}."),
    "is_pending_payment": ("لا مدة مسددة لها.", "None of its periods is paid."),
    "is_upcoming": (
        "تبدأ أول مدة مسددة في {covered_from}.", "Its first paid period begins on {covered_from}.",
    ),
    "is_active": (
        "سارية اليوم، {today}: ما هو مسدد يغطيه.",
        "It is active: what is paid covers today, {today}.",
    ),
    "is_grace": (
        "في مهلة السماح اليوم، {today}: موعد تجديدها {renewal_date}، وأيام السماح"
        " {tolerance_days}.",
        "It is in grace today, {today}: its renewal date is {renewal_date}, and it has"
        " {tolerance_days} days of tolerance.",
    ),
    "is_expired": (
        "منتهية اليوم، {today}: موعد تجديدها {renewal_date}، ومضت أيام السماح {tolerance_days}.",
        "It has expired today, {today}: its renewal date is {renewal_date}, and its"
        " {tolerance_days} days of tolerance are over.",
    ),
}  # fmt: skip
_UNITS: Final[dict[str, tuple[str, str]]] = {
    "day": ("يوم", "day"), "week": ("أسبوع", "week"), "month": ("شهر", "month"),
    "year": ("سنة", "year"), "hijri_month": ("شهر هجري", "Hijri month"),
}  # fmt: skip


def said(name: str, figures: Mapping[str, str | None]) -> Said:
    """A step in words; what stands in Arabic keeps its own direction."""
    arabic, english = _TEXTS[name]
    plain = {key: value or "" for key, value in figures.items()}
    # Each reads as its own first letter does.
    kept = {key: f"\u2068{value}\u2069" for key, value in plain.items()}
    ar, en = _UNITS.get(plain.get("unit", ""), ("", ""))
    return {
        "ar": arabic.format(**kept | {"unit": ar}), "en": english.format(**plain | {"unit": en}),
    }  # fmt: skip


def named(name: str, names: Mapping[str, str], figures: Mapping[str, str | None]) -> Said:
    """The same of a step that names a package, in each language as far as there is one."""
    ar, en = names.get("ar") or names.get("en"), names.get("en") or names.get("ar")
    return {
        "ar": said(name, {**figures, "package": ar})["ar"],
        "en": said(name, {**figures, "package": en})["en"],
    }
