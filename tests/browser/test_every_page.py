"""Every page can be used by everybody: axe-core finds nothing, and none scrolls sideways."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from udmelding.casework import webhook_setup
from udmelding.journal.database import reading
from udmelding.journal.load import load
from udmelding.web.app import create_app
from udmelding.web.recording_shapes import shapes_of

VENDOR = Path(__file__).parent / "vendor"
AXE = VENDOR / "axe-core-4.14.1" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
REF = "CU-PROEVE-2025"

NOT_PAGES = {
    "/login/konto": "leads to another organisation's sign-in",
    "/login/konto/svar": "comes from there",
    "/sager/{reference}/dokumenter/{sha256}": "is a file",
}


def is_file(path: str) -> bool:
    return path.endswith((".svg", ".ics", ".docx", ".xlsx", ".csv"))


def addresses(site: Any) -> Iterator[tuple[str, str]]:
    """Every page's path, and an address of it; a parameter that is not known here fails."""
    with reading(site.services.engine) as session:
        case = load(session, REF, site.now)
    known = {
        "reference": [REF],
        "code": ["0253"],
        "number": ["1"],
        "hook_id": ["1"],
        "what": list(shapes_of(case)),
    }
    queries = {
        "/sager/{reference}/registrer/ret": f"?key={case.decisions[-1].key}",
        "/rykkere/person": "?til=social@lolland.example&frem=30",
        "/soeg": "?q=lolland",
        "/login/engangskode": "?login=anna",
    }
    for route in iter_route_contexts(create_app(site.services).routes):
        path = route.path or ""
        is_page = isinstance(route.original_route, APIRoute) and "GET" in (route.methods or ())
        if not is_page or path in NOT_PAGES or is_file(path):
            continue
        if path == "/k/{token}":
            yield path, site.link().removeprefix(site.url)
            continue
        names = [part.split("}")[0] for part in path.split("{")[1:]]
        for value in known[names[-1]] if names else [""]:
            address = path
            for name in names:
                address = address.replace(f"{{{name}}}", known[name][0])
            if names:
                last = known[names[-1]][0]
                address = address[: address.rindex(last)] + value if value != last else address
            yield path, address + queries.get(path, "")


@pytest.fixture(scope="module")
def pages(shared_site: Any) -> list[str]:
    """An address of every page."""
    webhook_setup.add_webhook(  # so that there is a webhook to show
        shared_site.services,
        name="Journalen",
        url="http://127.0.0.1:9/hook",
        events=(),
        by="anna",
        now=shared_site.now,
    )
    return [address for _, address in addresses(shared_site)]


def test_the_borrowed_files_are_unchanged() -> None:
    (package,) = tomllib.loads((VENDOR / "VENDOR.toml").read_text())["package"]
    for name, digest in package["files"].items():
        content = (VENDOR / package["folder"] / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest, name


def test_axe_finds_nothing_on_any_page(shared_site: Any, pages: list[str], chromium: Any) -> None:
    page = shared_site.signed_in(chromium, bypass_csp=True)  # axe is a script of ours alone
    found = [flaw for address in pages for flaw in flaws(page, shared_site.url + address)]
    stranger = shared_site.visitor(chromium, bypass_csp=True)
    for address in ("/login", "/findes-ikke", "/k/findes-ikke"):
        found += flaws(stranger, shared_site.url + address)
    assert len(pages) > 40
    assert found == []


def flaws(page: Any, address: str) -> list[str]:
    answer = page.goto(address)
    assert answer.status in (200, 403, 404), (address, answer.status)
    page.add_script_tag(path=AXE)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    result = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS
    )
    return [
        f"{address}: {flaw['id']} ({len(flaw['nodes'])}): {flaw['nodes'][0]['html'][:200]}"
        for flaw in result["violations"]
    ]


@pytest.mark.parametrize("width", [320, 640], ids=["320 px wide", "200 % zoom"])
def test_no_page_scrolls_sideways(
    shared_site: Any, pages: list[str], chromium: Any, width: int
) -> None:
    page = shared_site.signed_in(chromium, viewport={"width": width, "height": 700})
    wide = {}
    for address in pages:
        page.goto(shared_site.url + address)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = page.evaluate("document.documentElement.scrollWidth")
        if found > width:
            wide[address] = found
    assert wide == {}


def test_nothing_is_refused_by_the_pages_own_policy(
    shared_site: Any, pages: list[str], chromium: Any
) -> None:
    page, said = shared_site.signed_in(chromium), []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    for address in pages:
        page.goto(shared_site.url + address)
    assert [line for line in said if "Security Policy" in line] == []


def test_every_control_can_be_reached_and_seen_by_keyboard(shared_site: Any, chromium: Any) -> None:
    page = shared_site.signed_in(chromium)
    for address in ("/", f"/sager/{REF}", "/rykkere?frem=30", "/ny"):
        page.goto(shared_site.url + address)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skipnav", address
        wanted = page.evaluate(CONTROLS)
        reached, plain = {0}, []
        for _ in range(wanted + 30):
            page.keyboard.press("Tab")
            at, looks = page.evaluate(FOCUSED)
            reached.add(at)
            if not looks:
                plain.append(at)
        assert len(reached - {-1}) >= wanted, (address, wanted, len(reached))
        assert plain == [], f"{address}: focus cannot be seen on {plain}"


CONTROLS = """() => {
    const seen = e => e.checkVisibility() && e.tabIndex >= 0 && !e.disabled;
    const radios = new Set();
    window.controls = [...document.querySelectorAll('a[href],button,input,select,textarea,summary')]
        .filter(seen)
        .filter(e => e.type !== 'radio' || !(radios.has(e.name) || !radios.add(e.name)));
    return window.controls.length;
}"""
FOCUSED = """() => {
    const e = document.activeElement;
    const style = getComputedStyle(e);
    const looks = e === document.body || style.outlineStyle !== 'none'
        || style.boxShadow !== 'none' || e.type === 'radio' || e.type === 'checkbox';
    let at = window.controls.indexOf(e);
    if (at < 0 && e.type === 'radio') at = window.controls.findIndex(c => c.name === e.name);
    return [at, looks];
}"""


def test_a_printed_page_leaves_out_what_is_for_the_screen(shared_site: Any, chromium: Any) -> None:
    page = shared_site.signed_in(chromium)
    page.goto(f"{shared_site.url}/sager/{REF}")
    page.emulate_media(media="print")
    assert not page.locator("nav[aria-label=Hovedmenu]").is_visible()
    assert not page.locator("nav[aria-label='Sagens sider']").is_visible()
    assert page.locator("h1").is_visible()
    assert page.locator("table").first.is_visible()
