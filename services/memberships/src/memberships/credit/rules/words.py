"""How facts about credit read, in Arabic and in English."""

from typing import Final

Said = dict[str, str]
_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "earlier": ("ما كان قبل هذه الحركات.", "What there was before these movements."),
    "charged": ("شحن رصيد.", "Credit was charged."),
    "used": ("استهلاك رصيد.", "Credit was used."),
        "reversed": ("إلغاء استهلاك: عاد الرصيد إلى شحناته.", "A use was put back to its charges."),
    "held": ("حجز رصيد لموعد أو غيره.", "Credit was kept for something."),
    "consumed": ("استُهلك رصيد محجوز.", "Credit that was kept was used."),
    "released": ("أُفرج عن رصيد محجوز.", "Credit that was kept was let go."),
    "expired": ("انتهت مدة الشحنة فسقط باقيها.", "A charge ended, and what was left was lost."),
    "restored": ("مُدِّدت الشحنة فعاد ما سقط منها.", "A charge was extended: what was lost is back."),
    "refunded": ("رُدَّ ما لم يُستهلك.", "What was unused was refunded."),
    "taken_back": ("استُرجع ما لم يُستهلك.", "What was unused was taken back."),
    "transferred": ("تحويل بين عميلين مرتبطين.", "A transfer between linked clients."),
    "adjusted": ("تسوية يدوية بسبب مكتوب.", "It was put right by hand, with a reason."),
    "settled": (
        "سدّدت شحنة ما استُهلك زيادة.", "A charge settled what was used beyond what was there.",
    ),
    "moved": ("حركة.", "A movement."),
    "lot_forever": ("من شحنة لا تنتهي: {amount}.", "Of a charge that never ends: {amount}."),
    "lot_until": (
        "من شحنة صالحة حتى نهاية {day}: {amount}.", "Of a charge until the end of {day}: {amount}.",
    ),
    "lot_upcoming": (
        "شحنة تبدأ في {day}، فلا يُستهلك منها اليوم: {amount}.",
        "A charge that starts on {day} is not used today: {amount}.",
    ),
    "lot_stopped": (
        "شحنة موقوفة، فلا يُستهلك منها اليوم: {amount}.",
        "A charge that is stopped is not used today: {amount}.",
    ),
    "lot_frozen": (
        "شحنة عضوية مجمّدة أو موقوفة اليوم، فلا يُستهلك منها: {amount}.",
        "A charge of a membership that is frozen or suspended today is not used: {amount}.",
    ),
    "lot_expired": (
        "شحنة انتهت في {day}، فلا يُستهلك منها: {amount}.",
        "A charge that ended on {day} is not used: {amount}.",
    ),
    "kept": (
        "محجوز ولا يُستهلك لغيره: {amount}.", "Kept for something, and for nothing else: {amount}.",
    ),
    "owed": (
        "استُهلك زيادة على الرصيد، وتسدده الشحنة القادمة: {amount}.",
        "Used beyond what was there, which the next charge settles: {amount}.",
    ),
    "shared": (
        "يتيحه عملاء مرتبطون بعد نفاد رصيده: {amount}.",
        "Linked clients share, once the own is used up: {amount}.",
    ),
    "balance": ("ما يمكن استهلاكه اليوم: {amount}.", "What can be used today: {amount}."),
}  # fmt: skip


def said(name: str, **values: str) -> Said:
    """A fact in words; figures and days that stand in Arabic keep their own direction."""
    arabic, english = _TEXTS[name]
    kept = {key: f"\u2066{value}\u2069" for key, value in values.items()}
    return {"ar": arabic.format(**kept), "en": english.format(**values)}
