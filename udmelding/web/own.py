"""«Indstillinger» that people decide: who we are, when and how mails go, which figures are hidden.

A page is a few settings with the words they are asked in; all are read, checked and kept alike.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework import own
from udmelding.casework.inbox.alarms import last_sweep
from udmelding.casework.own import change_settings, settings_history
from udmelding.clock import COPENHAGEN
from udmelding.config.case.library import load_areas
from udmelding.config.own import FILE, decided
from udmelding.errors import BadFileError, NotFoundError, RefusedError
from udmelding.rules.wake import crons, every_words, next_daily, next_delivery
from udmelding.rules.words.date_wording import clock_time
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Caseworker, Visitor, services_of

router = APIRouter(prefix="/indstillinger")

Trail = tuple[str, ...]

_SHOWN_EDITIONS = 30
_CLOCK = re.compile(r"(?:kl\.? *)?(\d{1,2})(?:[.:](\d\d))?", re.IGNORECASE)
_BACKS = ("/", "/kom-godt-i-gang")
"""Where a form of settings may lead on to, when it was not opened from «Indstillinger»."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One setting as people are asked for it.

    Attributes:
        kind: ``text``, ``email``, ``number``, ``time`` (of day), ``yes`` (a tick), ``lines`` (one a
            line), ``area``, ``minutes`` (a list).
    """

    trail: Trail
    label: str
    hint: str = ""
    kind: str = "text"
    is_optional: bool = False

    @property
    def name(self) -> str:
        """The field's name in the form."""
        return ".".join(self.trail)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of settings; ``place`` is its address where it is not among the others."""

    slug: str
    title: str
    lead: str
    asks: tuple[Ask, ...]
    place: str = ""

    @property
    def address(self) -> str:
        """Where the page is."""
        return self.place or f"/indstillinger/vores/{self.slug}"


SHEETS = (
    Sheet(
        "sekretariatet",
        "Hvem er I?",
        "Det står under mails og på papirer, og det siger, hvilke kommuner I spørger.",
        (
            Ask(("secretariat", "name"), "Sekretariatets navn"),
            Ask(
                ("secretariat", "email"),
                "Sekretariatets mailadresse",
                "Mails sendes herfra, og svarene kommer hertil.",
                "email",
            ),
            Ask(("secretariat", "phone"), "Telefon", is_optional=True),
            Ask(
                ("secretariat", "sender_name"),
                "Afsendernavn i mails",
                "Tomt: sekretariatets navn.",
                is_optional=True,
            ),
            Ask(("area",), "Jeres KKR-område", kind="area"),
            Ask(("agency", "name"), "Styrelsens navn"),
            Ask(
                ("agency", "email"),
                "Styrelsens mailadresse",
                "Hertil går følgebreve og svar, når en af jer frigiver dem.",
                "email",
            ),
            Ask(
                ("mail", "letters_to"),
                "Andre, der får breve",
                "En på hver linje, fx Socialtilsyn Øst <post@tilsyn.example>.",
                "lines",
                is_optional=True,
            ),
            Ask(
                ("is_for_practice",),
                "Denne installation er til øvelse",
                "Hver side siger det, og en sag kan startes, uden at en prøvemail er kommet frem.",
                "yes",
            ),
        ),
    ),
    Sheet(
        "udsendelse",
        "Tider, tempo og links",
        "Hvornår programmet selv gør noget, hvor mange mails der højst sendes ad gangen, og hvor "
        "længe kommunernes links virker.",
        (
            Ask(
                ("prefect", "daily_at"),
                "Den daglige gennemgang begynder kl.",
                "Påmindelser og breve skrives på arbejdsdage. Skriv fx 7.30.",
                "time",
            ),
            Ask(
                ("prefect", "deliver_every"),
                "Svarmails læses, og mails sendes",
                "Hele døgnet, alle dage. En ny mail ud venter højst så længe.",
                "minutes",
            ),
            Ask(
                ("mail", "per_minute"),
                "Højst mails i minuttet",
                "0: ingen grænse. Microsoft 365 tager 30 fra én postkasse.",
                "number",
            ),
            Ask(
                ("mail", "per_minute_and_domain"),
                "Højst mails i minuttet til samme domæne",
                "0: ingen grænse.",
                "number",
            ),
            Ask(
                ("web", "links_in_mails"),
                "Mails til en kommune har et personligt link",
                "Uden link svarer de i en mail eller med regnearket.",
                "yes",
            ),
            Ask(("web", "link_days"), "Så mange dage virker et link", "0: hele sagen", "number"),
        ),
    ),
    Sheet(
        "smaa-tal",
        "Små tal",
        "Små antal borgere skjules i alt, hvad andre ser, så ingen kan kendes på dem.",
        (
            Ask(
                ("figures", "threshold"),
                "Tal fra 1 til under dette skjules",
                "Danmarks Statistik bruger 5 eller højere.",
                "number",
            ),
            Ask(("figures", "hides_zero"), "Skjul også 0", kind="yes"),
            Ask(
                ("figures", "open_values"),
                "Så mange værdier skal et skjult tal kunne have for den, der kender sit eget",
                "Tomt: alle.",
                "number",
                is_optional=True,
            ),
        ),
    ),
)
"""Every caseworker's page; with ``web.access.provider`` they ask for all that people decide."""

EVERY = (5, 6, 10, 12, 15, 20, 30, 60)
"""Minutes that divide an hour."""


@router.get("/vores/{slug}")
def sheet(request: Request, visitor: Caseworker, slug: str) -> HTMLResponse:
    """One page of settings, and who changed what of them."""
    return sheet_page(request, visitor, _sheet(slug))


@router.post("/vores/{slug}")
async def change(request: Request, visitor: Caseworker, slug: str) -> Response:
    """Decide the page's settings anew, all or none."""
    return decide(request, visitor, _sheet(slug), await typed_in(request))


async def typed_in(request: Request) -> dict[str, str]:
    """What the form says, by the names of its fields."""
    return {name: str(value) for name, value in (await request.form()).items()}


def decide(
    request: Request,
    visitor: Visitor,
    shown: Sheet,
    typed: Mapping[str, str],
    *,
    change: Callable[..., bool] = change_settings,
    show: Callable[..., HTMLResponse] | None = None,
) -> Response:
    """Keep what was typed, or show the page again with what is wrong.

    Args:
        request: of the form.
        visitor: who decides.
        shown: the page.
        typed: as ``typed_in`` gives it.
        change: how it is kept; as ``change_settings``.
        show: how the page is shown; as ``sheet_page``.
    """
    seen, show = typed.get("seen", ""), show or sheet_page
    try:
        is_other = change(
            services_of(request),
            {ask.trail: _read(ask, typed.get(ask.name, "")) for ask in _asked(shown, typed)},
            visitor.stamp,
            seen=int(seen) if seen.isdecimal() and len(seen) < 10 else -1,
        )
    except BadFileError as error:
        flaws = {
            ask.name: flaw.problem
            for flaw in error.flaws
            for ask in shown.asks
            if f"{flaw.key}.".startswith(f"{ask.name}.")  # also one line of many
        }
        wrong = "" if flaws else error.message
        return show(request, visitor, shown, typed=typed, flaws=flaws, wrong=wrong, code=422)
    except RefusedError as e:
        return show(request, visitor, shown, typed=typed, wrong=e.message, code=e.http_status)
    message = "Det er gemt og gælder fra nu af." if is_other else "Intet er anderledes end før."
    back = back if (back := typed.get("back", "")) in _BACKS else shown.address
    return redirect(request, visitor, message, back)


def _asked(shown: Sheet, typed: Mapping[str, str]) -> tuple[Ask, ...]:
    """What a form asked for: all of the page, or ``some``, as the first of «Kom godt i gang»."""
    is_whole = not typed.get("some")
    return tuple(ask for ask in shown.asks if is_whole or ask.name in typed)


def _read(ask: Ask, typed: str) -> Any:
    """What was typed as the setting's value; what is no number is left for the check to tell."""
    if ask.kind == "yes":
        return typed == "ja"
    if ask.kind == "lines":
        return [line.strip() for line in typed.splitlines() if line.strip()]
    if ask.kind == "time" and (found := _CLOCK.fullmatch(typed.strip())):
        return f"{int(found[1]):02}:{found[2] or '00'}"
    if ask.kind in ("number", "minutes"):
        word = typed.strip()
        if not word:
            return None if ask.is_optional else ""
        return int(word) if word.isascii() and word.isdecimal() and len(word) < 10 else word
    return typed.strip()


def _sheet(slug: str) -> Sheet:
    known = {one.slug: one for one in SHEETS}
    if slug not in known:
        raise NotFoundError("side", slug[:40], tuple(known))
    return known[slug]


def _written(ask: Ask, value: Any) -> str:
    if ask.kind == "yes":
        return "ja" if value else ""
    if ask.kind == "lines":
        return "\n".join(value)
    return clock_time(value) if ask.kind == "time" else "" if value is None else str(value)


def _told(ask: Ask, value: Any, areas: Mapping[str, str]) -> str:
    """A value of before, as the list of changes tells it."""
    if ask.kind == "yes":
        return "ja" if value else "nej"
    if ask.kind == "area" and value in areas:
        return areas[value]
    if ask.kind == "minutes" and isinstance(value, int):
        return every_words(value)
    if ask.kind == "time" and value:
        return f"kl. {clock_time(value)}"
    if isinstance(value, list):
        return ", ".join(value) or "ingen"
    return "tomt" if value in (None, "") else f"«{value}»"


@dataclass(frozen=True, slots=True)
class Coming:
    """When the machine looks next.

    Attributes:
        last: when the daily run was last done; None where that is not known.
        trouble: why it does not look by itself; empty where it does.
        is_underway: these hours are decided, and not in use yet.
    """

    daily: dt.datetime
    delivery: dt.datetime
    last: dt.datetime | None
    trouble: str
    is_underway: bool


def _coming(request: Request, now: dt.datetime) -> Coming:
    """When the flows start next, and whether Prefect knows of it."""
    settings, trigger = services_of(request).settings, request.app.state.trigger
    hours, swept = settings.prefect, last_sweep(settings)
    trouble, is_underway = "", False
    if request.app.state.demo_day:
        trouble = "I demonstrationen kører intet af sig selv."
    elif trigger is None:
        trouble = "Siderne er startet alene, og herfra kører intet af sig selv."
    elif not (known := trigger.crons()):
        trouble = (
            "Prefect svarer ikke. Den daglige gennemgang og mails venter, til den, der driver "
            "serveren, har fået «udmelding serve» i gang igen."
        )
    else:
        is_underway = known != crons(hours)
    return Coming(
        daily=next_daily(hours, now),
        delivery=next_delivery(hours, now),
        last=swept.at.astimezone(COPENHAGEN) if swept else None,
        trouble=trouble,
        is_underway=is_underway,
    )


def sheet_page(
    request: Request,
    visitor: Visitor,
    shown: Sheet,
    *,
    template: str = "own/sheet.html",
    more: Mapping[str, Any] | None = None,
    typed: Mapping[str, str] | None = None,
    flaws: Mapping[str, str] | None = None,
    wrong: str = "",
    code: int = 200,
) -> HTMLResponse:
    """The page with what is decided, or with what was typed and what is wrong with it.

    Args:
        request: of the page.
        visitor: who looks.
        shown: what is asked for.
        template: of the page, where it shows more than its settings.
        more: what that template shows beside them.
        typed: what was typed, if it cannot be kept.
        flaws: what is wrong, by the fields' names.
        wrong: what is wrong and no field's.
        code: of the answer.
    """
    services = services_of(request)
    now = decided(services.settings)
    values = {ask.name: _written(ask, now[ask.trail]) for ask in shown.asks}
    if typed is not None:
        values |= {ask.name: typed.get(ask.name, "") for ask in _asked(shown, typed)}
    asked = {ask.trail: ask for ask in shown.asks}
    areas = {a.id: a.name for a in load_areas(services.settings.texts_folder).values()}
    return page(
        request,
        template,
        code=code,
        **(more or {}),
        sheet=shown,
        address=shown.address,
        values=values,
        flaws=flaws or {},
        wrong=wrong,
        seen=typed.get("seen") if typed else own.numbers(services, [FILE])[FILE],
        back=request.query_params.get("tilbage", "") or (typed or {}).get("back", ""),
        choices={
            "area": list(areas.items()),
            "minutes": [(str(one), every_words(one)) for one in EVERY],
        },
        coming=_coming(request, visitor.now) if ("prefect", "daily_at") in asked else None,
        changes=[
            (one, ask.label, _told(ask, one.old, areas), _told(ask, one.new, areas))
            for one in settings_history(services, _SHOWN_EDITIONS)
            if (ask := asked.get(one.trail)) is not None
        ],
    )
