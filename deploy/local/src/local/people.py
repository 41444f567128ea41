"""The made-up people and businesses of the demo tenant."""

from typing import Any, NamedTuple


class Person(NamedTuple):
    """A client as the demo tells it; `folder` is the English name of a starting folder."""

    name: str
    local_phone: str
    email: str
    folder: str
    city: str
    tags: tuple[str, ...] = ()
    business: str = ""
    language: str = "ar"

    def as_client(self, folder_ids: dict[str, str]) -> dict[str, Any]:
        """The body of POST /v1/clients."""
        body: dict[str, Any] = {
            "kind": "lead" if self.folder == "Leads" else "client",
            "type": "business" if self.business else "individual",
            "name": self.name,
            "folder_id": folder_ids[self.folder],
            "phones": [{"number": f"+966{self.local_phone[1:]}", "primary": True}],
            "emails": [{"address": self.email, "primary": True}],
            "addresses": [{"city": self.city, "country_code": "SA"}],
            "country_code": "SA",
            "currency": "SAR",
            "language": self.language,
            "tags": list(self.tags),
        }
        return body | ({"business_name": self.business} if self.business else {})


VIP, COLD, UPSELL, MARKETING = "VIP", "عميل محتمل بارد", "مستهدف للبيع الإضافي", "تسويق"
RIYADH, JEDDAH, DAMMAM, MADINAH = "الرياض", "جدة", "الدمام", "المدينة المنورة"

PEOPLE = (
    Person("عبدالله بن سعد القحطاني", "0501234567", "a.qahtani@nakheel.example", "Active", RIYADH,
           (VIP,)),
    Person("نورة العتيبي", "0552310984", "noura.otaibi@mail.example", "Active", RIYADH),
    Person("محمد أحمد الغامدي", "0533418820", "m.ghamdi@mail.example", "Leads", JEDDAH, (COLD,)),
    Person("فاطمة الزهراني", "0567120045", "fatimah.z@mail.example", "Active", JEDDAH, (UPSELL,)),
    Person("خالد بن فهد الدوسري", "0505519372", "khalid.d@dawasir.example", "Active", DAMMAM,
           (VIP, UPSELL), business="مؤسسة الدوسري للمقاولات"),
    Person("سارة الحربي", "0548830217", "sarah.harbi@mail.example", "Leads", MADINAH, (MARKETING,)),
    Person("عبد الرحمن الشهري", "0599041286", "a.shehri@mail.example", "Leads", "أبها"),
    Person("ريم المطيري", "0531107754", "reem.m@mail.example", "Closed", RIYADH),
    Person("مطعم بيت الشام", "0126634410", "orders@beitalsham.example", "Active", JEDDAH,
           (UPSELL,), business="شركة بيت الشام للتموين"),
    Person("يوسف إبراهيم الأنصاري", "0557742093", "y.ansari@mail.example", "Active", MADINAH),
    Person("هند العمري", "0508834412", "hind.omari@mail.example", "Leads", RIYADH, (MARKETING,)),
    Person("سلطان الرشيدي", "0536620198", "s.rashidi@mail.example", "Leads", "حائل", (COLD,)),
    Person("لمى السبيعي", "0561190328", "lama.s@mail.example", "Active", RIYADH, (VIP,)),
    Person("تركي بن ناصر الشمري", "0504428871", "turki@shammari.example", "Active", "حائل",
           business="مجموعة الشمري التجارية"),
    Person("أمل باوزير", "0543310765", "amal.b@mail.example", "Closed", JEDDAH),
    Person("إبراهيم العسيري", "0590027614", "i.asiri@mail.example", "Leads", "أبها", (MARKETING,)),
    Person("عيادات الابتسامة", "0112087744", "info@smileclinics.example", "Active", RIYADH,
           (VIP,), business="شركة عيادات الابتسامة الطبية"),
    Person("منيرة الخالدي", "0558861302", "munira.k@mail.example", "Leads", DAMMAM),
    Person("زياد الجهني", "0535507129", "ziyad.j@mail.example", "Leads", "ينبع", (COLD,)),
    Person("غادة الفيفي", "0569943058", "ghada.f@mail.example", "Active", "جازان"),
    Person("بدر المالكي", "0507716639", "badr.malki@mail.example", "Closed", "الطائف"),
    Person("مدارس المستقبل الأهلية", "0138841290", "contact@mustaqbal.example", "Active", DAMMAM,
           (UPSELL,), business="شركة المستقبل للتعليم"),
    Person("وجدان الحازمي", "0541278806", "wijdan.h@mail.example", "Leads", JEDDAH),
    Person("ماجد العنزي", "0593360471", "majed.anazi@mail.example", "Active", "تبوك"),
    Person("هالة قاضي", "0556694023", "hala.qadi@mail.example", "Active", JEDDAH, (MARKETING,)),
    Person("راشد المري", "0532208917", "rashed.marri@mail.example", "Leads", "الأحساء"),
    Person("مصنع الواحة للتمور", "0135927718", "sales@wahadates.example", "Active", "الأحساء",
           (VIP,), business="مصنع الواحة للتمور المحدودة"),
    Person("James Whitfield", "0509917253", "j.whitfield@northgate.example", "Active", RIYADH,
           (VIP,), business="Northgate Consulting Arabia", language="en"),
    Person("Priya Nair", "0564402918", "priya.nair@mail.example", "Active", DAMMAM,
           language="en"),
    Person("Michael Santos", "0537781046", "m.santos@mail.example", "Leads", JEDDAH, (COLD,),
           language="en"),
    Person("Amina Yusuf", "0551246690", "amina.y@mail.example", "Leads", RIYADH, language="en"),
    Person("Red Sea Divers", "0126650937", "hello@redseadivers.example", "Active", JEDDAH,
           (UPSELL,), business="Red Sea Divers Co.", language="en"),
    Person("David Okafor", "0545093372", "d.okafor@mail.example", "Closed", RIYADH,
           language="en"),
    Person("Elena Petrova", "0598827140", "elena.p@mail.example", "Leads", RIYADH,
           (MARKETING,), language="en"),
    Person("Summit Fitness", "0114470826", "team@summitfit.example", "Active", RIYADH,
           (VIP, UPSELL), business="Summit Fitness LLC", language="en"),
    Person("Ahmed Farouk", "0530015598", "ahmed.farouk@mail.example", "Leads", JEDDAH,
           language="en"),
    Person("آلاء السلمي", "0562278841", "alaa.sulami@mail.example", "Leads", "مكة المكرمة"),
    Person("عمر باحارث", "0506639027", "omar.baharith@mail.example", "Active", "مكة المكرمة"),
    Person("شركة مسار للخدمات اللوجستية", "0114982263", "ops@masar.example", "Active", RIYADH,
           (VIP,), business="شركة مسار للخدمات اللوجستية"),
    # Created after the flow, which greets it.
    Person("دانة الصالح", "0554417760", "dana.saleh@mail.example", "Leads", RIYADH, (MARKETING,)),
)  # fmt: skip
