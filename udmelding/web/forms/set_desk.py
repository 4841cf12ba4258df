"""Where is a question set written: for a case, or in the library? What its pages have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from udmelding.casework.forms.library import own_draft, use_in_library
from udmelding.casework.forms.set_drafts import SetDraft, case_draft, use_in_case
from udmelding.casework.launch.drafts import open_drafts
from udmelding.errors import NotFoundError
from udmelding.journal.database import reading
from udmelding.web.case.pages import Seen, case_page
from udmelding.web.forms.set_fields import Fields
from udmelding.web.rendering import page, redirect
from udmelding.web.visitor import Visitor, services_of

LIBRARY = "/indstillinger/spoergeskemaer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where a set is written.

    Attributes:
        home: address of the page; ``done`` where one goes when the set is used, which is called
            ``done_name``.
        as_text: address of the set as text.
        case: whose set it is; None for one of the library.
    """

    home: str
    done: str
    as_text: str
    draft: SetDraft
    name: str
    case: Seen | None = None
    done_name: str = "Spørgeskemaer"

    def page(self, request: Request, template: str, **values: Any) -> HTMLResponse:
        """A page in the frame of the case, or of the settings."""
        if self.case is not None:
            return case_page(
                request, template, self.case, desk=self, frame="case/_frame.html", **values
            )
        return page(request, template, desk=self, frame="_settings_frame.html", **values)


def case_desk(request: Request, found: Seen) -> Desk:
    """What the case is to ask.

    Raises:
        NotFoundError: it asks nothing, and nothing is begun.
    """
    reference = found.case.reference
    home = f"/sager/{quote(reference, safe='')}/skema"
    draft = case_draft(services_of(request), reference)
    if draft is None:
        raise NotFoundError("spørgeskema i sagen", reference)
    return Desk(
        home=f"{home}/ret",
        done=home,
        as_text=f"{home}/spoergsmaal",
        draft=draft,
        name=reference,
        case=found,
    )


def own_desk(request: Request, name: str) -> Desk:
    """A set of the library; one that is written for a case that is being begun leads back there.

    Raises:
        NotFoundError: there is no such set, and none is begun.
    """
    services = services_of(request)
    draft = own_draft(services, name)
    with reading(services.engine) as session:
        begun = [
            one for one in open_drafts(session) if one.said.get("question_set") == f"own:{name}"
        ]
    home = f"{LIBRARY}/{name}"
    return Desk(
        home=home,
        done=f"/ny/{begun[0].name}/spoergsmaal" if begun else LIBRARY,
        as_text=f"{home}/tekst",
        draft=draft,
        name=name,
        done_name=f"Kladden «{begun[0].title}»" if begun else "Spørgeskemaer",
    )


def read_again(request: Request, desk: Desk) -> Desk:
    """The desk with the draft as it is saved by now."""
    if desk.case is not None:
        return case_desk(request, desk.case)
    return own_desk(request, desk.name)


async def sent_fields(request: Request) -> dict[str, list[str]]:
    """What was sent, by the fields' names; files are none of it."""
    form = await request.form()
    return {name: [one for one in form.getlist(name) if isinstance(one, str)] for name in form}


def first_of(fields: Fields, name: str) -> str:
    """What a field says that is there once; empty where it is not."""
    return next(iter(fields.get(name, ())), "")


def seen_in(fields: Fields) -> int:
    """Number of the draft's edition that the page showed; none has the number -1."""
    said = first_of(fields, "seen")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else -1


def led_to(
    request: Request,
    visitor: Visitor,
    desk: Desk,
    place: str,
    told: str = "",
    *,
    query: Mapping[str, str] | None = None,
    do: str = "",
) -> RedirectResponse:
    """On to the page with that place open, and what is told on it.

    Args:
        request: whose page it is.
        visitor: who is told.
        desk: where the set is written.
        place: what is open then.
        told: one sentence; empty for none.
        query: what the page is to show besides.
        do: what the button said; the page begins at the line that was moved or closed.
    """
    asked = {**({"aaben": place} if place else {}), **(query or {})}
    address = desk.home + ("?" + urlencode(asked) if asked else "")
    what, _, target = do.partition(":")
    if what in ("op", "ned", "luk"):  # the page begins at the line; open fields begin by themselves
        address += f"#linje-{target.replace(':', '-')}"
    if told:
        return redirect(request, visitor, told, address)
    return RedirectResponse(address, status_code=303)


def used(
    request: Request, visitor: Visitor, desk: Desk, seen: int, *, is_confirmed: bool = False
) -> RedirectResponse:
    """Use the draft, and go on to where it is used.

    Raises:
        RefusedError: as ``use_in_case`` and ``use_in_library``.
    """
    services = services_of(request)
    if desk.case is not None:
        reference = desk.case.case.reference
        is_other = use_in_case(services, reference, seen, visitor.stamp, is_confirmed=is_confirmed)
        told = "Sagen spørger nu efter dette skema."
    else:
        is_other = use_in_library(services, desk.name, seen, visitor.stamp)
        told = f"«{desk.draft.form.title}» er gemt og kan bruges i sager."
    return redirect(
        request, visitor, told if is_other else "Skemaet er det samme som før.", desk.done
    )
