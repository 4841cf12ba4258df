"""«Indstillinger» that people decide: who we are, how mails go, which figures are hidden.

A page is a few settings with the words they are asked in; all are read, checked and kept alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from udmelding.casework import own
from udmelding.casework.own import change_settings, settings_history
from udmelding.config.case.library import load_areas
from udmelding.config.own import FILE, decided
from udmelding.errors import BadFileError, NotFoundError, RefusedError
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Caseworker, Visitor, services_of

router = APIRouter(prefix="/indstillinger")

Trail = tuple[str, ...]

_SHOWN_EDITIONS = 30


@dataclass(frozen=True, slots=True)
class Ask:
    """One setting as people are asked for it.

    Attributes:
        kind: ``text``, ``email``, ``number``, ``yes`` (a tick), ``lines`` (one a line), ``area``.
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
    """One page of settings."""

    slug: str
    title: str
    lead: str
    asks: tuple[Ask, ...]


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
        "Tempo og links",
        "Hvor mange mails der højst sendes ad gangen, og hvor længe kommunernes links virker.",
        (
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
            Ask(("web", "link_days"), "Så mange dage virker et link", kind="number"),
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
"""Every page; together they ask for all that people decide (a test holds it)."""


@router.get("/vores/{slug}")
def sheet(request: Request, visitor: Caseworker, slug: str) -> HTMLResponse:
    """One page of settings, and who changed what of them."""
    return _page(request, visitor, _sheet(slug))


@router.post("/vores/{slug}")
async def change(request: Request, visitor: Caseworker, slug: str) -> Response:
    """Decide the page's settings anew, all or none."""
    form = await request.form()
    return _change(request, visitor, _sheet(slug), {k: str(v) for k, v in form.items()})


def _change(request: Request, visitor: Visitor, shown: Sheet, typed: Mapping[str, str]) -> Response:
    seen = typed.get("seen", "")
    try:
        is_other = change_settings(
            services_of(request),
            {ask.trail: _read(ask, typed.get(ask.name, "")) for ask in shown.asks},
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
        return _page(request, visitor, shown, typed=typed, flaws=flaws, wrong=wrong, code=422)
    except RefusedError as error:
        code = error.http_status
        return _page(request, visitor, shown, typed=typed, wrong=error.message, code=code)
    message = "Det er gemt og gælder fra nu af." if is_other else "Intet er anderledes end før."
    back = typed.get("back", "")
    return redirect(request, visitor, message, back if back == "/" else _address(shown))


def _read(ask: Ask, typed: str) -> Any:
    """What was typed as the setting's value; what is no number is left for the check to tell."""
    if ask.kind == "yes":
        return typed == "ja"
    if ask.kind == "lines":
        return [line.strip() for line in typed.splitlines() if line.strip()]
    if ask.kind == "number":
        word = typed.strip()
        if not word:
            return None if ask.is_optional else ""
        return int(word) if word.isascii() and word.isdecimal() and len(word) < 10 else word
    return typed.strip()


def _sheet(slug: str) -> Sheet:
    found = next((one for one in SHEETS if one.slug == slug), None)
    if found is None:
        raise NotFoundError("side", slug[:40], tuple(one.slug for one in SHEETS))
    return found


def _address(shown: Sheet) -> str:
    return f"/indstillinger/vores/{shown.slug}"


def _written(ask: Ask, value: Any) -> str:
    if ask.kind == "yes":
        return "ja" if value else ""
    if ask.kind == "lines":
        return "\n".join(value)
    return "" if value is None else str(value)


def _told(ask: Ask, value: Any) -> str:
    """A value of before, as the list of changes tells it."""
    if ask.kind == "yes":
        return "ja" if value else "nej"
    if ask.kind == "area" and value in load_areas():
        return load_areas()[value].name
    if isinstance(value, list):
        return ", ".join(value) or "ingen"
    return "tomt" if value in (None, "") else f"«{value}»"


def _page(
    request: Request,
    visitor: Visitor,
    shown: Sheet,
    *,
    typed: Mapping[str, str] | None = None,
    flaws: Mapping[str, str] | None = None,
    wrong: str = "",
    code: int = 200,
) -> HTMLResponse:
    services = services_of(request)
    now = decided(services.settings)
    values = {ask.name: _written(ask, now[ask.trail]) for ask in shown.asks}
    asked = {ask.trail: ask for ask in shown.asks}
    return page(
        request,
        "own/sheet.html",
        code=code,
        sheet=shown,
        address=_address(shown),
        values=values if typed is None else {name: typed.get(name, "") for name in values},
        flaws=flaws or {},
        wrong=wrong,
        seen=typed.get("seen") if typed else own.numbers(services, [FILE])[FILE],
        back=request.query_params.get("tilbage", "") or (typed or {}).get("back", ""),
        areas=[(area.id, area.name) for area in load_areas().values()],
        changes=[
            (one, asked[one.trail].label, *(_told(asked[one.trail], v) for v in (one.old, one.new)))
            for one in settings_history(services, _SHOWN_EDITIONS)
            if one.trail in asked
        ],
    )
