"""Nothing leaves by a slip: what every button does about a press that was not meant.

Each route that takes a form asks first, was shown before, can be undone, or is harmless: the lists
below say which, and a new one that stands in none of them fails.
"""

from __future__ import annotations

import re
from types import FunctionType

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

ASKS = {
    "/indstillinger/brugere/{number}/engangskode": "where there is a password that it ends",
    "/indstillinger/noegler/luk": "names the program that stops",
    "/indstillinger/webhooks/{hook_id}/hemmelighed": "the old one ends",
    "/indstillinger/webhooks/{hook_id}/slet": "names who is told no more",
    "/mails/adresser/opsaetning": "names each receiver",
    "/mails/adresser/send-igen": "names each receiver",
    "/mails/post/{mail_key}/filer": "where a file is deleted",
    "/mails/rykkere/afgoer": "where several are decided on; one stands there with its text",
    "/mails/rykkere/genoptag": "names each mail that goes",
    "/mails/rykkere/send-ventende": "names each mail that goes",
    "/moeder/kalender/luk": "says when it was last used",
    "/sager/{reference}/bemaerkninger": "names each receiver",
    "/sager/{reference}/bemaerkninger/{number}/luk": "names who has not answered",
    "/sager/{reference}/breve": "the letter, its receivers and what is enclosed",
    "/sager/{reference}/links/afvis": "what the municipality declared",
    "/sager/{reference}/rapport/afsnit/{block}/fjern": "shows the paragraph",
    "/sager/{reference}/skema/svar/{party}/tilbage": "shows the question and who gets it",
    "/sager/{reference}/tal/offentliggoer": "says what is shown, and that it stays so",
}
"""The page that asks whether one is sure (``web.sure``)."""

SHOWN = {
    "/indstillinger/fjern": "its own first step shows each place",
    "/indstillinger/fjern/fil/{sha256}": "its page names the file and asks why",
    "/indstillinger/mailtekster/{mail}/medfoelgende": "its page shows both texts",
    "/indstillinger/omraadet/gem": "area_preview",
    "/indstillinger/omraadet/sag/{reference}": "its page shows the plan before and after",
    "/kom-godt-i-gang/proevemail": "one mail, to the address that stands above the button",
    "/kontakter/import/gem": "what the list changes, contact by contact",
    "/kontakter/{code}/overdrag": "what is handed over, which links close, which mail goes",
    "/kraever-dig/tid": "its page shows the mail; the button says the day",
    "/mails/rykkere/mail": "the mail stands on its page; the button names whom it goes to",
    "/moeder/adresser/gem": "address_preview",
    "/moeder/import/gem": "preview",
    "/moeder/skriv/gem": "preview",
    "/ny/{launch}/start": "every mail stands on its page; the button says how many",
    "/sager/{reference}/genoptag": "its page lists each mail; the button says how many go",
    "/sager/{reference}/mails/ret": "the finished mail and each receiver",
    "/sager/{reference}/mails/send": "those of a launch that was broken off; each was shown then",
    "/sager/{reference}/mails/send-nu": "the button says how many; they go soon without it too",
    "/sager/{reference}/registrer/tilbage": "what taking it back changes",
    "/sager/{reference}/registrer/{what}": "what it changes, where it changes the plan or closes",
    "/sager/{reference}/skema/ret/brug": "what becomes of the answers",
    "/b/{token}": "the reader's own words stand in the field; more can be written",
    "/k/{token}": "a form of its own for each thing; what is declared can be declared anew",
    "/k/{token}/skema": "the answers stand there; they can be corrected until the deadline",
    "/k/{token}/skema/excel": "as the page's own answers",
}
"""The page that the button stands on shows what happens, and is made for that."""

UNDONE = {
    "/indstillinger/brugere/{number}/aabn": "/indstillinger/brugere/{number}/luk",
    "/indstillinger/brugere/{number}/luk": "/indstillinger/brugere/{number}/aabn",
    "/indstillinger/spoergeskemaer/{name}/ind": "/indstillinger/spoergeskemaer/{name}/ud",
    "/indstillinger/spoergeskemaer/{name}/ud": "/indstillinger/spoergeskemaer/{name}/ind",
    "/indstillinger/webhooks/{hook_id}/fra": "/indstillinger/webhooks/{hook_id}/til",
    "/indstillinger/webhooks/{hook_id}/til": "/indstillinger/webhooks/{hook_id}/fra",
    "/kraever-dig/svar": "/kraever-dig/fortryd",
    "/mails/post/{mail_key}/automatisk": "/mails/post/{mail_key}/svar",
    "/mails/post/{mail_key}/betyder": "/mails/post/{mail_key}/fortryd",
    "/mails/post/{mail_key}/flyt": "/mails/post/{mail_key}/flyt",
    "/mails/post/{mail_key}/ingen-sag": "/mails/post/{mail_key}/fortryd",
    "/mails/post/{mail_key}/svar": "/mails/post/{mail_key}/automatisk",
    "/mails/rykkere/slaa-fra": "/mails/rykkere/slaa-til",
    "/mails/rykkere/slaa-til": "/mails/rykkere/slaa-fra",
    "/mails/rykkere/slip": "/mails/rykkere/mail",
    "/mails/rykkere/stop": "/mails/rykkere/genoptag",
    "/moeder/adresser/stop": "/moeder/adresser",
    "/ny/{launch}/kasser": "/ny/{launch}/fortryd",
    "/sager/{reference}/links/aabn": "/sager/{reference}/links/luk",
    "/sager/{reference}/links/luk": "/sager/{reference}/links/aabn",
    "/sager/{reference}/pause": "/sager/{reference}/genoptag",
    "/sager/{reference}/rapport/afsnit/{block}/flyt": (
        "/sager/{reference}/rapport/afsnit/{block}/flyt"
    ),
    "/sager/{reference}/registrer/beslutninger": (
        "/sager/{reference}/registrer/beslutninger/fortryd"
    ),
    "/sager/{reference}/skema/svar/{party}/vaelg": "/sager/{reference}/skema/svar/{party}/vaelg",
}
"""Another form takes it back: which."""

AGAIN = "what is kept can be changed again on the same page, and nothing leaves"
CORRECTED = "a fact, which «Ret» or «Tag tilbage» in the log mends; nothing leaves"
ON = "goes on to a page that shows it; nothing is done yet"
DRAFT = "a draft, with «Fortryd»; it leaves by another button"
ITSELF = "is itself what takes something back"
OWN = "one's own way in"
NEW = "makes something that can be closed where it stands"
HARMLESS = {
    "/arbejde/{work}/stop": "stops between two parts; what waits goes on by another button",
    "/direktoer/mail": "one's own weekly mail, on and off by the same button",
    "/fortsaet": "shows the form again, and sends nothing by itself",
    "/indstillinger/adgangskode": OWN,
    "/indstillinger/brugere": NEW,
    "/indstillinger/brugere/{number}/laas-op": "the user may try again",
    "/indstillinger/brugere/{number}/rolle": AGAIN,
    "/indstillinger/brugere/{number}/stedfortraeder": AGAIN,
    "/indstillinger/log-ud-andre": OWN,
    "/indstillinger/login": AGAIN,
    "/indstillinger/login/proev": "asks, and changes nothing",
    "/indstillinger/mailtekster/{mail}": AGAIN,
    "/indstillinger/mailtekster/{mail}/skabelon": AGAIN,
    "/indstillinger/noegler": NEW,
    "/indstillinger/omraadet": ON,
    "/indstillinger/spoergeskemaer": NEW,
    "/indstillinger/spoergeskemaer/{name}": DRAFT,
    "/indstillinger/spoergeskemaer/{name}/hent": DRAFT,
    "/indstillinger/spoergeskemaer/{name}/tekst": AGAIN,
    "/indstillinger/stedfortraeder": AGAIN,
    "/indstillinger/udseende": AGAIN,
    "/indstillinger/udseende/fil": AGAIN,
    "/indstillinger/vores/{slug}": AGAIN,
    "/indstillinger/webhooks": NEW,
    "/indstillinger/webhooks/{hook_id}/igen": "the same event, which its receiver knows by its id",
    "/indstillinger/webhooks/{hook_id}/test": "says of itself that it is a test",
    "/k/nyt-link": "goes to nobody but a contact, whoever presses",
    "/k/{token}/anden": "opens a page",
    "/k/{token}/skema/del": NEW,
    "/k/{token}/skema/kladde": "saves what is typed",
    "/kom-godt-i-gang/kom-den": AGAIN,
    "/kom-godt-i-gang/moeder": "public meetings, each of which can be corrected",
    "/kom-godt-i-gang/oevelse": AGAIN,
    "/kontakter/import": ON,
    "/kontakter/import/indsat": ON,
    "/kontakter/import/skrevet": ON,
    "/kontakter/{code}/accepter": "the contact before stands under «Tidligere kontakter»",
    "/kontakter/{code}/afvis": "the proposal is in the log, and the address can be written in",
    "/kontakter/{code}/fjern": "stands under «Tidligere kontakter», and can be written in again",
    "/kontakter/{code}/kontakt": "the contact before stands under «Tidligere kontakter»",
    "/kontakter/{code}/overdrag/se": ON,
    "/kraever-dig/fortryd": ITSELF,
    "/login": OWN,
    "/login/engangskode": OWN,
    "/logout": OWN,
    "/mails/laes": "reads what is read every few minutes",
    "/mails/adresser/virker": "a mail that comes back marks it anew",
    "/mails/post/{mail_key}/fortryd": ITSELF,
    "/mails/post/{mail_key}/hent": "reads, and records nothing",
    "/mails/post/{mail_key}/tekst": "reads, and records nothing",
    "/moeder/adresser": ON,
    "/moeder/adresser/laes": "reads what is read each day",
    "/moeder/adresser/svar": "the meeting can be written in again",
    "/moeder/import": ON,
    "/moeder/kalender": NEW,
    "/moeder/skriv": ON,
    "/ny/gennemspil": "plays far from the real cases",
    "/ny/{launch}/fortryd": ITSELF,
    "/ny/{launch}/gem": DRAFT,
    "/sager/{reference}/bemaerkninger/svar": AGAIN,
    "/sager/{reference}/bemaerkninger/{number}/skriv": CORRECTED,
    "/sager/{reference}/links": NEW,
    "/sager/{reference}/links/accepter": CORRECTED,
    "/sager/{reference}/links/kontakt": "the contact before stands under «Tidligere kontakter»",
    "/sager/{reference}/mails/ret/se": ON,
    "/sager/{reference}/rapport/afsnit": "each wording stays readable, and can be changed again",
    "/sager/{reference}/rapport/version": "the next version takes its place; nothing leaves",
    "/sager/{reference}/registrer/beslutninger/fortryd": ITSELF,
    "/sager/{reference}/skema/excel": CORRECTED,
    "/sager/{reference}/skema/respondent": CORRECTED,
    "/sager/{reference}/skema/ret": DRAFT,
    "/sager/{reference}/skema/ret/begynd": DRAFT,
    "/sager/{reference}/skema/ret/hent": DRAFT,
    "/sager/{reference}/skema/spoergsmaal": "sends nothing, and another set can be used",
    "/sager/{reference}/skema/svar/{party}/indtast": CORRECTED,
}
"""Nothing leaves, and nothing is lost: why."""


def taking(web: FastAPI) -> dict[str, APIRoute]:
    """The route of each form, by its path."""
    found = {}
    for context in iter_route_contexts(web.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and "POST" in route.methods:
            found[context.path or ""] = route
    return found


def asks(route: APIRoute) -> bool:
    """Whether the route, or a function of its own module that it calls, asks first."""
    endpoint = route.endpoint
    called = [endpoint.__globals__.get(name) for name in endpoint.__code__.co_names]
    own = [one for one in called if isinstance(one, FunctionType)]
    return any("be_sure" in one.__code__.co_names for one in (endpoint, *own))


def test_no_button_is_forgotten(web: FastAPI) -> None:
    lists = (ASKS, SHOWN, UNDONE, HARMLESS)
    listed = [path for one in lists for path in one]
    assert sorted(listed) == sorted(taking(web))


def test_what_is_said_to_ask_does(web: FastAPI) -> None:
    assert {path for path, route in taking(web).items() if asks(route)} == set(ASKS)


@pytest.mark.parametrize("path", UNDONE)
def test_what_is_said_to_be_undone_can_be(web: FastAPI, path: str) -> None:
    assert UNDONE[path] in taking(web)
    assert re.findall(r"{\w+}", path) == re.findall(r"{\w+}", UNDONE[path]) or path.endswith("stop")
