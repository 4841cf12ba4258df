"""What may be written in a mail's text, in Danish? Every name that stands for a value, and more.

A test holds the table and the contexts together.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from models import MailKind
from udmelding.documents.mail.rendering import MAILS

NAMES: Mapping[str, str] = {
    "reference": "sagens reference",
    "title": "sagens titel",
    "legal_basis": "den lov, sagen hviler på; kan være tom",
    "process_title": "processens navn, fx Central udmelding",
    "paper_title": "det, sagen ender med, fx afrapporteringen",
    "party_name": "den, der skylder noget, fx Lolland Kommune",
    "greeting_name": "modtagerens navn eller funktion",
    "written_on": "den dag, mailen skrives",
    "secretariat_name": "sekretariatets navn",
    "secretariat_email": "sekretariatets mailadresse",
    "secretariat_phone": "sekretariatets telefon; kan være tom",
    "responsible": "sagsbehandlerens funktion eller initialer; kan være tom",
    "link": "adressen på modtagerens egen side i sagen; kan være tom",
    "due_on": "den frist, mailen handler om",
    "deadline": "styrelsens frist; kan mangle",
    "received_on": "den dag, sagen kom",
    "agency_name": "styrelsens navn; kan være tom",
    "questions_url": "adressen på spørgsmålene; kan være tom",
    "is_enclosed": "om der er noget vedhæftet",
    "asked_on": "den dag, vi bad om det første gang",
    "business_days_left": "arbejdsdage til; 0, når dagen er passeret",
    "business_days_over": "arbejdsdage siden; 0, indtil dagen er passeret",
    "earlier_reminders": "de dage, der er rykket før",
    "copied_to": "hvem der får en kopi, fx kommunaldirektøren; tom, hvis ingen gør",
    "council_name": "den, der beslutter: kommunalbestyrelsen eller regionsrådet",
    "answer_state": "partial: delvist svar; returned: sendt tilbage; ellers tom",
    "answered_on": "den dag, svaret kom",
    "returned_for": "hvad der skal rettes eller forklares i svaret",
    "progress": "hvad parten har gjort indtil nu; kan være tom",
    "announced_on": "den dag, modtageren selv har meldt; kan mangle",
    "said_on": "den dag, det blev meldt",
    "is_decision": "om der skal træffes en politisk beslutning",
    "message": "det, sagsbehandleren har skrevet",
    "before_on": "den frist, der gjaldt før udsættelsen",
    "moved_from": "den frist, der gjaldt før",
    "completeness": "complete, partial, no_citizens eller returned",
    "recommended_on": "den dag, det sidste organ anbefalede",
    "recommending_body": "det sidste organ, der anbefalede; kan være tom",
    "report_version": "rapportens version; 0, hvis den er ukendt",
    "recommended_wording": "forslaget til indstilling; kan have flere linjer",
    "total": "hvor mange kommuner der er med",
    "replaces": "den version, der blev sendt før; 0, hvis det er den første",
    "change_reason": "hvad den nye version ændrer; kan være tom",
    "version": "udkastets nummer",
    "speaks_for": "den gruppe, læseren svarer for; kan være tom",
    "draft_url": "adressen på læserens egen side med udkastet; kan være tom",
    "report_url": "adressen på rapporten; kan være tom",
    "items": "det, der mindes om, den tidligste frist først",
    "wanted": "hvad der skyldes, fx det samlede svar",
    "submitted_on": "den dag, den blev sendt",
    "approved": "hvor mange kommuner der har godkendt",
    "missing": "navnene på de kommuner, der ikke har besluttet",
    "country_approved": "hvor mange i hele landet der har godkendt; kan mangle",
    "country_total": "hvor mange i hele landet der er med; kan mangle",
    "decisions": "navn og beslutning for dem, der har besluttet",
    "enclosed": "titlerne på det, der er vedhæftet",
    "lifted": "navn og dag for hver kommune, forbeholdet nævnte",
    "headline": "hvad der er sket, uden punktum",
    "lines": "de oplysninger, der er brug for, en sætning hver",
}
"""What each name of each context stands for."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name that stands for a value.

    Attributes:
        written: how it is written in a text.
        means: what it stands for.
    """

    written: str
    means: str


FILTER_WORDS: tuple[Name, ...] = (
    Name("{{ due_on|weekday_date }}", "en dato med ugedag: fredag den 13. marts 2026"),
    Name("{{ due_on|long_date }}", "en dato: 13. marts 2026"),
    Name("{{ missing|enumerated }}", "en liste som i en sætning: Faxe, Greve og Køge"),
    Name("{{ paper_title|first_upper }}", "med stort begyndelsesbogstav"),
    Name("{{ secretariat_phone|unbroken }}", "uden linjeskift, fx i et telefonnummer"),
    Name("{{ items|length }}", "hvor mange der er på en liste"),
)
"""The filters that a text has most use of."""

STRUCTURE_WORDS: tuple[Name, ...] = (
    Name(
        "{% block content %} … {% endblock %}", "mailens egen tekst; resten er ens for alle mails"
    ),
    Name("{% if deadline %} … {% endif %}", "kun hvis noget er der"),
    Name("{% for day in earlier_reminders %} … {% endfor %}", "én gang for hver på en liste"),
    Name('{% include "_base/case.md" %}', "sagens titel og type som begyndelsen af en liste"),
    Name("**fed**", "fed skrift; en linje, der begynder med - , er et punkt på en liste"),
    Name("[tekst](https://…)", "et link"),
)
"""How a text is built."""


def names_of(kind: MailKind) -> tuple[Name, ...]:
    """Every name that the texts of a kind may use, how it is written, and what it stands for."""
    hints = get_type_hints(MAILS[kind])
    found = [
        Name(_written(field.name, hints[field.name]), NAMES[field.name])
        for field in fields(MAILS[kind])
    ]
    for hint in hints.values():
        inner = next((part for part in get_args(hint) if is_dataclass(part)), None)
        if get_origin(hint) is tuple and isinstance(inner, type):
            parts = get_type_hints(inner)
            found += [
                Name(_written(f"item.{f.name}", parts[f.name]), f"for hvert punkt: {NAMES[f.name]}")
                for f in fields(inner)
            ]
    return tuple(found)


def _written(name: str, hint: Any) -> str:
    """The name as it stands in a text, with the filter that its kind of value needs."""
    if isinstance(hint, types.UnionType):
        hint = next(part for part in get_args(hint) if part is not types.NoneType)
    if hint is dt.date:
        return f"{{{{ {name}|long_date }}}}"
    if hint is bool:
        return f"{{% if {name} %}} … {{% endif %}}"
    if get_origin(hint) is tuple:
        return f"{{% for … in {name} %}} … {{% endfor %}}"
    return f"{{{{ {name} }}}}"
