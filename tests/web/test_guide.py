"""Is there help with every page, and does the guide speak of pages as they are?

That its links and pictures lead somewhere as files is held by ``tests/test_docs.py``.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from models import Role
from udmelding import paths
from udmelding.documents.guide import FRONT, PICTURES, guide
from udmelding.web.helping import FOR_MUNICIPALITIES, HELP, HELPED, help_for

ROOT = Path(__file__).resolve().parents[2]
NO_HELP = ("/login", HELP)
"""Below them stand what nobody is signed in on, and the guide itself."""
WITHOUT_A_PAGE = {"/mails", "/arbejde", "/kraever-dig", "/indstillinger/vores"}
"""What only stands above pages."""
MOST_BYTES, MOST_IN_ALL, MOST_WORDS = 200_000, 2_000_000, 520

PAGES = guide(HELP)
SOURCES = {name: (paths.GUIDE / f"{name}.md").read_text(encoding="utf-8") for name in PAGES}


def test_every_page_of_the_program_has_its_place_in_the_guide(web: Any) -> None:
    asked = {
        route.path
        for route in iter_route_contexts(web.routes)
        if isinstance(route.original_route, APIRoute) and "GET" in (route.methods or ())
    }
    pages = {str(path) for path in asked if not str(path).startswith(NO_HELP)}
    pages = {path for path in pages if "." not in path}

    assert len(pages) > 90
    assert {path for path in pages if help_for(path) == HELP} == set()
    assert HELPED.keys() - pages == WITHOUT_A_PAGE


def test_every_place_that_helps_is_a_heading_of_the_guide() -> None:
    there = {name: {anchor for anchor, _ in page.headings} for name, page in PAGES.items()}
    astray = [
        where
        for where in HELPED.values()
        for name, _, anchor in [where.partition("#")]
        if name not in there or (anchor and anchor not in there[name])
    ]

    assert astray == []
    assert {where.partition("#")[0] for where in HELPED.values()} == PAGES.keys() - {FRONT}


@cache
def shown() -> str:
    """What the pages and the code say, on one line: with their tags and commands, and without."""
    found = []
    for page in (ROOT / "templates" / "web").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        bare = re.sub(r"{%.*?%}|{#.*?#}|<[^<>]*>", "", text, flags=re.DOTALL)
        found += [text, bare]
    for file in (ROOT / "udmelding").rglob("*.py"):
        text = re.sub(r'"\s*\n\s*f?"', "", file.read_text(encoding="utf-8"))
        found.append(text)
    return re.sub(r"\s+", " ", " ".join(found))


def quoted(source: str) -> list[str]:
    return re.findall(r"«([^»]+)»", re.sub(r"\s+", " ", source))


@pytest.mark.parametrize("name", PAGES)
def test_what_the_guide_quotes_stands_on_the_pages(name: str) -> None:
    unknown = [words for words in quoted(SOURCES[name]) if words not in shown()]

    assert unknown == []


def test_a_button_that_is_called_something_else_would_be_told() -> None:
    assert "Se, hvad der ændres" in shown()
    assert "Send alle mails med det vuns" not in shown()


def test_the_front_leads_to_every_page_and_none_is_longer_than_a_sheet() -> None:
    files = {file.stem for file in paths.GUIDE.glob("*.md")}

    assert PAGES.keys() == files
    assert {
        name: n for name, text in SOURCES.items() if (n := len(text.split())) > MOST_WORDS
    } == {}


def test_each_picture_is_used_has_words_and_is_small() -> None:
    used = {
        (alt, file)
        for text in SOURCES.values()
        for alt, file in re.findall(rf"!\[([^\]]*)\]\({PICTURES}/([\w-]+\.png)\)", text)
    }
    there = {file.name: file.stat().st_size for file in (paths.GUIDE / PICTURES).iterdir()}

    assert {file for _, file in used} == there.keys()
    assert [file for alt, file in used if len(alt.split()) < 3] == []
    assert max(there.values()) <= MOST_BYTES
    assert sum(there.values()) <= MOST_IN_ALL


def test_a_page_leads_to_its_own_help(signed_in: Any) -> None:
    client = signed_in(Role.READER).client
    page = client.get("/mails/rykkere")
    address = re.search(r'<a href="([^"]+)">Hjælp til denne side</a>', page.text)
    assert address
    help_page = client.get(address[1])

    assert help_page.status_code == 200
    assert f'id="{address[1].partition("#")[2]}"' in help_page.text
    assert "<h1>Mails</h1>" in help_page.text


def test_a_picture_of_the_guide_comes_with_its_page(signed_in: Any) -> None:
    client = signed_in(Role.READER).client
    (picture,) = re.findall(r'<img src="([^"]+)"', client.get(f"{HELP}/kom-godt-i-gang").text)
    answer = client.get(picture)

    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_municipality_reads_its_own_help_without_an_account_and_no_other(stranger: Any) -> None:
    own = stranger.client.get(f"{HELP}/{FOR_MUNICIPALITIES}")

    assert own.status_code == 200
    assert "Når linket ikke virker" in own.text
    assert f'href="{HELP}/mails' not in own.text
    assert stranger.client.get(HELP).status_code == 303
    assert stranger.client.get(f"{HELP}/mails").status_code == 303


def test_help_that_is_not_there_says_so(signed_in: Any) -> None:
    answer = signed_in(Role.READER).client.get(f"{HELP}/findes-ikke")

    assert answer.status_code == 404
    assert "Der findes ingen side i vejledningen med navnet" in answer.text
