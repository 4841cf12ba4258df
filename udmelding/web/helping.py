"""Which page of the user guide helps with which page of the program?

The table names paths of routes as they are written; a path is helped by the longest one that it
begins with, segment by segment. So what belongs to a page (its preview, its file) needs no line of
its own, and a page in a new place has no help before it has one here: a test walks all routes.
"""

from __future__ import annotations

from collections.abc import Mapping

HELP = "/hjaelp"
"""The address of the guide's front."""

FOR_MUNICIPALITIES = "kommunens-side"
"""The page of the guide that needs no user: it is for those who have a personal link."""

_CASE = "/sager/{reference}"
_SET = "/indstillinger"

HELPED: Mapping[str, str] = {
    "/": "overblik",
    "/direktoer": "overblik#direktørens-side",
    "/kraever-dig": "overblik#kræver-dig",
    "/soeg": "overblik#find-noget-igen",
    "/arbejde": "overblik#når-noget-tager-tid",
    "/er-du-sikker": "overblik#når-du-bliver-spurgt",
    "/kom-godt-i-gang": "kom-godt-i-gang#de-seks-trin",
    "/ny": "start-en-sag",
    "/ny/gennemspil": "start-en-sag#prøv-forløbet-først",
    "/ny/{launch}/spoergsmaal": "start-en-sag#2-spørgsmål",
    "/ny/{launch}/datoer": "start-en-sag#3-datoer-og-modtagere",
    "/ny/{launch}/plan": "start-en-sag#4-plan-og-mails",
    _CASE: "overblik#en-sags-status",
    f"{_CASE}/direktoer": "overblik#direktørens-side",
    f"{_CASE}/log": "overblik#find-noget-igen",
    f"{_CASE}/kommuner": "kommunerne",
    f"{_CASE}/kommuner/{{party}}": "kommunerne#én-kommune",
    f"{_CASE}/skylder": "kommunerne#hvem-mangler",
    f"{_CASE}/lister/{{word}}": "rapport-og-papirer#lister-at-tage-med",
    "/lister": "rapport-og-papirer#lister-at-tage-med",
    f"{_CASE}/links": "kommunerne#personlige-links",
    f"{_CASE}/registrer": "beslutninger#alt-andet-der-er-sket",
    f"{_CASE}/registrer/beslutninger": "beslutninger#mange-på-én-gang",
    f"{_CASE}/registrer/ret": "beslutninger#når-noget-er-skrevet-forkert",
    f"{_CASE}/registrer/tilbage": "beslutninger#når-noget-er-skrevet-forkert",
    f"{_CASE}/skema": "spoergsmaal-og-svar#følg-svarene",
    f"{_CASE}/skema/svar/{{party}}": "spoergsmaal-og-svar#når-et-svar-ikke-er-rigtigt",
    f"{_CASE}/skema/svar/{{party}}/indtast": "spoergsmaal-og-svar#tag-svar-ind",
    f"{_CASE}/skema/ret": "spoergsmaal-og-svar#skriv-spørgsmålene",
    f"{_CASE}/skema/spoergsmaal": "spoergsmaal-og-svar#skriv-spørgsmålene",
    f"{_CASE}/tal": "spoergsmaal-og-svar#offentliggør-tal",
    f"{_CASE}/rapport": "rapport-og-papirer#skriv-rapporten",
    f"{_CASE}/bemaerkninger": "rapport-og-papirer#bemærkninger",
    f"{_CASE}/papirer": "rapport-og-papirer#papirer-til-møder-og-kommuner",
    f"{_CASE}/dokumenter": "rapport-og-papirer#dokumenter-og-journal",
    f"{_CASE}/moede": "moeder#til-mødet",
    f"{_CASE}/breve": "efter-indsendelsen#send-rapporten",
    f"{_CASE}/mails": "mails#ret-en-mail-der-er-sendt",
    f"{_CASE}/pause": "mails#stop-eller-sæt-på-pause",
    "/mails": "mails#mails-der-kommer-ind",
    "/mails/rykkere": "mails#rykkere",
    "/mails/sendt": "mails#hvor-langt-kom-en-mail",
    "/mails/adresser": "mails#adresser-der-ikke-virker",
    "/moeder": "moeder",
    "/moeder/skriv": "moeder#skriv-møder-ind",
    "/moeder/import": "moeder#fra-en-fil-eller-en-adresse",
    "/moeder/adresser": "moeder#fra-en-fil-eller-en-adresse",
    "/til-moedet": "moeder#til-mødet",
    "/kontakter": "kommunerne#kontakter",
    _SET: "indstillinger",
    f"{_SET}/brugere": "indstillinger#brugere-og-login",
    f"{_SET}/login": "indstillinger#brugere-og-login",
    f"{_SET}/mailtekster": "indstillinger#mailtekster",
    f"{_SET}/spoergeskemaer": "spoergsmaal-og-svar#skriv-spørgsmålene",
    f"{_SET}/omraadet": "indstillinger#jeres-egne-oplysninger",
    f"{_SET}/vores": "indstillinger#jeres-egne-oplysninger",
    f"{_SET}/udseende": "indstillinger#jeres-egne-oplysninger",
    f"{_SET}/fjern": "indstillinger#fjern-for-altid",
    f"{_SET}/noegler": "indstillinger#server-og-andre-programmer",
    f"{_SET}/webhooks": "indstillinger#server-og-andre-programmer",
    f"{_SET}/opsaetning": "indstillinger#server-og-andre-programmer",
    f"{_SET}/tilstand": "indstillinger#server-og-andre-programmer",
    "/k/{token}": FOR_MUNICIPALITIES,
    "/k/{token}/skema": f"{FOR_MUNICIPALITIES}#svar-på-spørgsmålene",
    "/k/nyt-link": f"{FOR_MUNICIPALITIES}#når-linket-ikke-virker",
    "/b/{token}": f"{FOR_MUNICIPALITIES}#bemærkninger-til-et-udkast",
}
"""The page of the guide, and the heading where there is one, for each path of routes."""


def help_for(path: str) -> str:
    """The address in the guide of what helps with a route's ``path``; the guide's front for others.

    Only the overview itself has the help of ``/``.
    """
    longest = path
    while longest and longest not in HELPED:
        longest = longest.rpartition("/")[0]
    return f"{HELP}/{HELPED[longest]}" if longest else HELP
