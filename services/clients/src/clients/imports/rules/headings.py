"""Which column is which field of a client: by its heading, else by what stands in it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from chassis.folding import fold_compact

_ALIASES: Final[Mapping[str, str]] = {
    "name": "name, full name, fullname, client, client name, customer, customer name, contact,"
    " contact name, fn, display name, patient, student, member,"
    " الاسم, اسم, الاسم الكامل, اسم العميل, العميل, الزبون, اسم الزبون, اسم المريض, اسم العضو",
    "business_name": "business name, company, company name, organization, organisation, org,"
    " account, firm, الشركة, اسم الشركة, المنشأة, اسم المنشأة, المؤسسة, اسم المؤسسة, الجهة,"
    " اسم النشاط, الاسم التجاري",
    "phones.number": "phone, phones, phone number, mobile, mobile number, mobile phone, cell, tel,"
    " telephone, whatsapp, phone 1, phone 2, mobile 1, mobile 2, home phone, work phone,"
    " الهاتف, هاتف, الهواتف, رقم الهاتف, الجوال, جوال, رقم الجوال, الموبايل, موبايل,"
    " رقم الموبايل, المحمول, التليفون, تليفون, واتساب, رقم الواتساب,"
    " جوال 1, جوال 2, هاتف 1, هاتف 2,"
    " هاتف العمل, هاتف المنزل",
    "emails.address": "email, emails, e-mail, e-mails, mail, email address, e-mail address,"
    " e-mail 1 - value, email 1, email 2, البريد, البريد الإلكتروني, الإيميل, ايميل, بريد,"
    " بريد إلكتروني, عناوين البريد",
    "code": "code, client code, customer code, client no, customer no, client number,"
    " file number, member number, الرمز, رمز العميل, الكود, كود العميل, رقم العميل, رقم الملف,"
    " رقم العضوية",
    "opening_balance": "opening balance, balance, previous balance, الرصيد الافتتاحي, رصيد افتتاحي,"
    " رصيد سابق, الرصيد السابق, الرصيد",
    "credit_limit": "credit limit, حد الائتمان, الحد الائتماني, سقف الائتمان",
    "external_id": "external id, external_id, record id, id, المعرف الخارجي, المعرف, معرف",
    "kind": "kind, النوع, نوع العميل",
    "type": "type, client type, account type, الصفة",
    "folder_id": "folder, المجلد, مجلد",
    "status_id": "status, stage, الحالة, المرحلة",
    "pinned_status_id": "pinned status, الحالة المثبتة",
    "follow_up_status_id": "follow-up status, follow up status, حالة المتابعة",
    "category_id": "category, التصنيف, الفئة, تصنيف",
    "tags": "tags, tag, labels, categories, group membership, الوسوم, وسوم, الوسم, العلامات",
    "addresses.street": "address, street, address line 1, adr.street, العنوان, الشارع, عنوان",
    "addresses.building": "building, building number, المبنى, رقم المبنى",
    "addresses.district": "district, neighborhood, neighbourhood, area, الحي, المنطقة",
    "addresses.city": "city, town, adr.city, المدينة, مدينة",
    "addresses.postal_code": "postal code, postcode, zip, zip code, adr.postal_code,"
    " الرمز البريدي",
    "addresses.additional_number": "additional number, الرقم الإضافي",
    "addresses.country_code": "adr.country, address country, بلد العنوان",
    "country_code": "country, country code, nationality, البلد, الدولة, الجنسية",
    "currency": "currency, العملة",
    "language": "language, lang, preferred language, اللغة",
    "links": "links, link, website, web site, url, الموقع, الموقع الإلكتروني, الروابط, الرابط",
    "tax_number": "tax number, vat, vat number, tax id, trn, الرقم الضريبي",
    "registration_number": "registration number, cr, cr number, commercial register,"
    " commercial registration, السجل التجاري, رقم السجل, رقم السجل التجاري",
    "national_id": "national id, id number, iqama, identity number, الهوية, رقم الهوية,"
    " الرقم القومي, رقم الإقامة, الهوية الوطنية",
    "gender": "gender, sex, الجنس, النوع الاجتماعي",
    "birth_date": "birth date, birthdate, date of birth, dob, birthday, bday, تاريخ الميلاد,"
    " الميلاد",
    "staff.user_id": "staff, owner, assigned to, salesperson, الموظف, المسؤول, فريق العمل,"
    " الموظفون, المندوب",
    "source": "source, lead source, المصدر",
}  # fmt: skip
_PATH_OF: Final = {
    fold_compact(word): path for path, words in _ALIASES.items() for word in words.split(",")
}
# Two columns may hold phones; a second name would be something else.
_SEVERAL: Final = {"phones.number", "emails.address", "links", "tags"}
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE: Final = re.compile(r"[+\d٠-٩۰-۹()\s.\-]{8,20}")
_DIGITS: Final = range(8, 16)


def suggested(
    headings: Sequence[str], samples: Sequence[Sequence[str]], custom: Mapping[str, Iterable[str]]
) -> dict[str, list[str]]:
    """A mapping of paths to columns; `custom` are the labels of each custom field by its key."""
    own = {fold_compact(word): f"custom_fields.{key}" for key, words in custom.items()
           for word in (key, *words)}  # fmt: skip
    found: dict[str, list[str]] = {}
    for place, heading in enumerate(headings):
        if not heading.strip() or headings.index(heading) != place:
            continue
        folded = fold_compact(heading)
        cells = [row[place] for row in samples if place < len(row) and row[place].strip()]
        path = own.get(folded) or _PATH_OF.get(folded) or _by_contents(cells)
        if path and (path in _SEVERAL or path not in found):
            found.setdefault(path, []).append(heading)
    return found


def _by_contents(cells: Sequence[str]) -> str | None:
    if cells and all(_EMAIL.fullmatch(cell.strip()) for cell in cells):
        return "emails.address"
    if cells and all(_is_phone(cell.strip()) for cell in cells):
        return "phones.number"
    return None


def _is_phone(cell: str) -> bool:
    digits = sum(letter.isdecimal() for letter in cell)
    return bool(_PHONE.fullmatch(cell)) and digits in _DIGITS and cell[:1] in "+0٠۰"
