"""Every way in that takes a file: what is dangerous is refused, what may be a CPR number asks.

A way that is not in ``PAGES`` cannot come about unseen: the routes are walked, and a page reads its
files with ``sent_file`` only. ``OTHERS`` are the use cases that commands and the mailbox call.
"""

from __future__ import annotations

import ast
import datetime as dt
import hashlib
import inspect
import io
import re
import threading
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import docx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

import models
import udmelding.web
from models import Role
from tests.answering import FORM, answer, typed_for
from tests.casework.forms.test_answers import launched
from tests.casework.inbox.test_attachments import with_files
from tests.casework.inbox.test_receiving import reply
from tests.documents.files.test_bad_files import BAD, zipped
from tests.documents.files.test_text import pdf_of
from tests.flat import Pages
from tests.played import played_once
from tests.rules.files.test_cpr import BORN, number_born
from tests.web.launch.test_launching import SAID
from tests.web.parties import test_municipality as councils
from tests.web.recording.test_recording import DECISION
from udmelding import clock
from udmelding.casework.access.links import link_for
from udmelding.casework.case import documents
from udmelding.casework.case.documents import take_in_from
from udmelding.casework.exchange.imports import HowToImport, importing
from udmelding.casework.files import FileQuestionError
from udmelding.casework.forms.question_sets import ask
from udmelding.casework.forms.workbooks import Incoming, take_in_workbook, workbook_for
from udmelding.casework.inbox.receiving import receive_one
from udmelding.casework.launch.drafts import new_name
from udmelding.casework.own import tree
from udmelding.casework.plan.calendar_import import HowToRead
from udmelding.casework.wiring import Services
from udmelding.documents.files.guard_kinds import Shape, shape_of
from udmelding.documents.report.docx import shipped_template
from udmelding.errors import RefusedError
from udmelding.journal.database import reading, writing
from udmelding.journal.stamp import Stamp
from udmelding.journal.tables import table_of
from udmelding.outside import files as apart
from udmelding.outside.evidence import Evidence
from udmelding.web.parties import municipality
from udmelding.web.service.app import create_app

REF, LOLLAND = "CU-SVAR-2025", "0360"
START, NOW = clock.at(dt.date(2025, 3, 3)), clock.at(dt.date(2025, 4, 15))
ANNA = Stamp(NOW, "anna")
POSSIBLE = number_born(BORN, holds=False)
DIGITS = POSSIBLE.encode()

CASE = "/sager/{reference}"
PAGES: dict[tuple[str, str], tuple[str, dict[str, str]]] = {
    ("/k/{token}", "minutes"): (
        "",
        {"form": "decide", "decided_on": "15/4-2025", "outcome": "approved", "level": "council"},
    ),
    ("/k/{token}/skema", "file:"): ("file:bilag", {"do": "save"}),
    ("/k/{token}/skema/excel", "file"): ("", {}),
    (f"{CASE}/skema/excel", "file"): ("", {}),
    (f"{CASE}/skema/svar/{{party}}/indtast", "file:"): ("file:bilag", {"do": "save"}),
    (f"{CASE}/registrer/{{what}}", "file"): (
        "",
        {**DECISION, "party": LOLLAND, "do": "show"},
    ),
    (f"{CASE}/registrer/beslutninger", "file:"): (
        f"file-{LOLLAND}",
        {"party": LOLLAND, "do": "se"},
    ),
    ("/moeder/import", "file"): ("", {"area": "sjaelland"}),
    ("/kontakter/import", "file"): ("", {}),
    ("/indstillinger/udseende/fil", "file"): ("", {}),
    ("/ny/{launch}/gem", "letter"): ("", SAID | {"do": "videre"}),
    ("/ny/{launch}/gem", "questions"): ("", SAID | {"do": "videre"}),
    ("/ny/gennemspil", "letter"): ("", SAID),
    ("/ny/gennemspil", "questions"): ("", SAID),
}
"""Route and field of each page that keeps a file: the field of the test, and what goes along."""

KEEPS_NONE = {
    ("/k/{token}/anden", "minutes"),
    ("/k/{token}/skema/kladde", "file:"),
    ("/k/{token}/skema/del", "file:"),
    ("/k/{token}/skema/excel", "file:"),
    (f"{CASE}/skema/excel", "file:"),
    (f"{CASE}/registrer/tilbage", "file"),
}
"""Those that read the same form and do nothing with its files."""


def stored(services: Services) -> set[Path]:
    """What is kept of files; a launch or a grid that is being written keeps its fields alone."""
    files = (path for path in services.store.folder.rglob("*") if path.is_file())
    found = {path for path in files if not path.read_bytes().startswith(b'{"opened": ')}
    return found | {Path(path) for path in tree(services) if not path.startswith("drafts/launch/")}


@played_once
def both_cases(services: Services) -> None:
    """One case whose councils decide, and one whose municipalities answer questions."""
    councils.councils_asked(services)
    launched(services, REF, START, None)
    ask(services, REF, FORM, Stamp(START, "anna"))


class Doors:
    """Anna at the pages, a municipality with its links, and the commands."""

    def __init__(self, services: Services, app: FastAPI, anna: Any, folder: Path) -> None:
        self.services, self.anna, self.folder = services, anna, folder
        self.csrf, self.stamp = anna.csrf(), ANNA
        self.visitor = Pages(app, base_url="http://127.0.0.1:8080", follow_redirects=False)
        self.links = {reference: self._link(reference) for reference in (REF, councils.REF)}

    def _link(self, reference: str) -> str:
        with writing(self.services.engine) as session:
            link = link_for(self.services, session, reference, LOLLAND, by="anna", now=NOW)
        return link[link.rindex("/") + 1 :]

    def send(
        self, way: tuple[str, str], name: str, content: bytes, signs: bool = True, **more: str
    ) -> Any:
        """Send a file through a page."""
        (route, field), (own_field, said) = way, PAGES.get(way, ("file:bilag", {}))
        token = self.links[councils.REF if route == "/k/{token}" else REF]
        reference = councils.REF if "registrer" in route else REF
        path = route.format(
            token=token, reference=reference, party=LOLLAND, what="beslutning", launch=new_name()
        )
        sign = {"form_value": municipality.form_value(token)} if "{token}" in route else {}
        who = self.visitor if "{token}" in route else self.anna.client
        data = {"csrf": self.csrf, **sign, **said, **more}
        answer = who.post(path, data=data, files={own_field or field: (name, content)})
        while answer.status_code == 303 and any(
            there in answer.headers["location"]
            for there in ("/ny", "?f=", "?fra=", "/skema/excel/")
        ):
            answer = who.get(answer.headers["location"])  # a step says there what is wrong
        return answer

    def record_document(self, name: str, content: bytes) -> None:
        """``record document FIL``, and ``launch --letter FIL``."""
        path = self.folder / name
        path.write_bytes(content)
        take_in_from(self.services, str(path), self.stamp)

    def fetch_document(self, name: str, content: bytes) -> None:
        """``record document LINK``, from a server that calls a page whatever could be one."""
        called = "application/octet-stream" if shape_of(content) is Shape.TEXT else "text/html"
        url = f"https://x.example/{name}"
        got = Evidence(content=content, media_type=called, url=url, fetched_at=NOW)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(documents, "fetch", lambda *_: got)
            take_in_from(self.services, got.url, self.stamp)

    def take_workbook(self, name: str, content: bytes) -> None:
        """``form take-in FIL``."""
        came = Incoming(name=name, content=content)
        take_in_workbook(self.services, REF, came, self.stamp)

    def import_file(self, name: str, content: bytes) -> None:
        """``import FIL``."""
        path = self.folder / name
        path.write_bytes(content)
        importing(self.services, path, HowToImport(calendar=HowToRead(area="sjaelland")), ANNA)

    def receive_mail(self, name: str, content: bytes) -> None:
        """A mail with the file, in the mailbox or by ``post receive``."""
        digest = hashlib.sha256(content + name.encode()).hexdigest()
        raw = with_files(reply(None, f"Se filen {digest}\n"), (name, content))
        mail = receive_one(self.services, raw, NOW)
        assert mail is not None
        (file,) = mail.attachments
        if file.get("refused"):
            raise RefusedError(str(file["refused"]))


OTHERS = (
    Doors.record_document,
    Doors.fetch_document,
    Doors.take_workbook,
    Doors.import_file,
    Doors.receive_mail,
)


@pytest.fixture
def doors(services: Services, person: Callable[..., Any], tmp_path: Path) -> Iterator[Doors]:
    both_cases(services)
    app = create_app(services, lambda: NOW)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    made = Doors(services, app, person(app, "anna", Role.ADMINISTRATOR), folder)
    with made.anna.client, made.visitor:  # one event loop for all their requests
        yield made


# --- The list is whole ---


def file_fields(route: APIRoute) -> Iterator[str]:
    """The fields from which a route reads files, by the source of its dependencies."""
    waiting = [route.dependant]
    while waiting:
        dependant = waiting.pop()
        waiting += dependant.dependencies
        for given in dependant.body_params:
            assert "UploadFile" not in repr(given.field_info.annotation), route.path
        module = inspect.getmodule(dependant.call)
        if module is not None and module.__name__.startswith("udmelding.web"):
            yield from read_fields(dependant.call)


@cache
def read_fields(function: Any, above: frozenset[Any] = frozenset()) -> tuple[str, ...]:
    """What ``function`` reads with ``sent_file``, itself or through one of its own module.

    ``above``: whoever calls it, for two functions may call each other.
    """
    module = vars(inspect.getmodule(function))
    found: list[str] = []
    above |= {function}
    for node in ast.walk(ast.parse(inspect.getsource(function).lstrip())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in ("sent_file", "sent_files"):
            field = node.args[1]
            found.append(str(field.value) if isinstance(field, ast.Constant) else "file:")
            continue
        own = module.get(node.func.id)
        is_ours = inspect.isfunction(own) and own.__module__ == module["__name__"]
        if is_ours and own not in above:
            found += read_fields(own, above)
    return tuple(found)


def test_every_route_that_takes_a_file_is_tried_here(web: FastAPI) -> None:
    routes = [c.original_route for c in iter_route_contexts(web.routes)]
    found = {
        (route.path, field)
        for route in routes
        if isinstance(route, APIRoute)
        for field in file_fields(route)
    }
    assert found == PAGES.keys() | KEEPS_NONE


def test_no_page_reads_a_file_past_the_one_reader() -> None:
    folder = Path(udmelding.web.__file__).parent
    readers = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if "UploadFile" in path.read_text(encoding="utf-8")
    }
    assert readers == {"upload.py", "kept_fields.py"}, "the second only asks for their names"


# --- What is dangerous ---


@pytest.fixture
def seen_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same file with the same question is judged once: the judge is not what is tried here."""
    call, known = apart.READERS.call, {}

    def remembered(function: str, content: bytes, said: Any, limits: Any) -> Any:
        key = (function, hashlib.sha256(content).digest(), repr(said))
        if key not in known:
            known[key] = call(function, content, said, limits)
        return known[key]

    monkeypatch.setattr(apart.READERS, "call", remembered)


def is_told(text: str, name: str, told: str) -> bool:
    """The file's own sentence, or that such a file is not taken here."""
    return f"Filen «{name}» {told}" in text or f"Filen «{name}» kan ikke læses her. Brug" in text


HARMLESS_IN_A_MAIL = "en fil uden endelse"
"""The one of them that is refused only because nobody asked for such a file."""


def test_each_of_the_dangerous_files_is_refused_by_each_way_in(
    doors: Doors, seen_once: None
) -> None:
    before = stored(doors.services)
    assert len(BAD) == 54

    for number, (what, name, make, told) in enumerate(BAD):
        content = make()
        for way in PAGES:
            if way[0] == "/ny/gennemspil" and number % 6:
                continue  # it reads and keeps its files by the same functions as a launch
            answer = doors.send(way, name, content)
            assert is_told(unescape(answer.text), name, told), (what, way, answer.text[:3000])
        for door in OTHERS:
            if door is Doors.receive_mail:
                if what != HARMLESS_IN_A_MAIL:
                    with pytest.raises(RefusedError):
                        door(doors, name, content)
            else:
                with pytest.raises(RefusedError) as refused:
                    door(doors, name, content)
                assert is_told(refused.value.message, name, told), (what, door)
        assert stored(doors.services) == before, what


def test_a_page_that_only_reads_the_form_around_a_file_keeps_nothing_of_it(doors: Doors) -> None:
    before = stored(doors.services)

    for way in KEEPS_NONE:
        doors.send(way, "referat.txt", b"Punkt 7")

    assert stored(doors.services) == before


def test_people_sign_in_while_more_files_than_there_are_threads_wait_to_be_looked_at(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = threading.Event()

    def hold(*_: Any) -> dict[str, Any]:
        assert held.wait(30)
        return {"refused": "Filen er prøvet."}

    monkeypatch.setattr(apart.READERS, "call", hold)
    way = ("/k/{token}", "minutes")
    with ThreadPoolExecutor(50) as senders:
        sent = [senders.submit(doors.send, way, "a.txt", b"Punkt 7") for _ in range(50)]
        try:
            turned_away = next(as_completed(sent, timeout=20)).result()  # and the others wait
            page = sign_in_page(doors)
        finally:
            held.set()
        codes = Counter(one.result().status_code for one in sent)

    assert (page.status_code, turned_away.status_code) == (200, 503)
    assert "Der undersøges mange filer lige nu" in unescape(turned_away.text)
    # Whoever has not yet come that far when the others are let go is looked at as well.
    assert set(codes) == {422, 503}
    assert codes[422] >= 16


def sign_in_page(doors: Doors) -> Any:
    """The page to sign in on, asked for by somebody who sends nothing."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(doors.visitor.get, "/login").result(timeout=20)


def test_what_is_fetched_as_a_page_is_called_one(doors: Doors) -> None:
    got = Evidence(
        content=b"<p>1</p>", media_type="text/html", url="https://x.example/a.hta", fetched_at=NOW
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "fetch", lambda *_: got)
        assert take_in_from(doors.services, got.url, ANNA).file_name == "a.hta.html"


# --- What may be a CPR number ---


def doubtful_workbook(services: Services) -> bytes:
    """Lolland's own workbook, with digits where it gives its reasons."""
    typed = typed_for(LOLLAND, NOW, begrundelse=f"Nr. {'Q' * 10}")
    answer(services, REF, LOLLAND, NOW, typed=typed)
    own = workbook_for(services, REF, LOLLAND, NOW).content
    with zipfile.ZipFile(io.BytesIO(own)) as parts:
        return zipped({n: parts.read(n).replace(b"Q" * 10, DIGITS) for n in parts.namelist()})


def doubtful_template() -> bytes:
    """The Word template of reports, with digits at its end."""
    template, stream = docx.Document(io.BytesIO(shipped_template())), io.BytesIO()
    template.add_paragraph(f"Nr. {POSSIBLE}")
    template.save(stream)
    return stream.getvalue()


CALENDAR = b"# Nr. %s\narea: sjaelland\nbodies:\n  kkr: [2027-06-18]\n" % DIGITS
CONTACTS = b"kommune;rolle;navn;email\nGreve;koordinator;Nr. %s;a@greve.example\n" % DIGITS


def doubtful(services: Services) -> dict[tuple[str, str], tuple[str, bytes]]:
    """For each page, a file that it takes and that may hold a number."""
    text, pdf = (b"Nr. %s" % DIGITS), pdf_of([f"Nr. {POSSIBLE}"])
    special = {
        "/k/{token}/skema/excel": ("svar.xlsx", doubtful_workbook(services)),
        "/moeder/import": ("moeder.yaml", CALENDAR),
        "/kontakter/import": ("kontakter.csv", CONTACTS),
        "/indstillinger/udseende/fil": ("rapport.docx", doubtful_template()),
        "/ny/{launch}/gem": ("brev.pdf", pdf),
        "/ny/gennemspil": ("brev.pdf", pdf),
    }
    special[f"{CASE}/skema/excel"] = special["/k/{token}/skema/excel"]
    return {way: special.get(way[0], ("bilag.txt", text)) for way in PAGES}


def confirmed(services: Services) -> int:
    with reading(services.engine) as session:
        found = sa.select(sa.func.count()).select_from(table_of(models.CprConfirmation))
        return int(session.execute(found).scalar_one())


def answer_question(doors: Doors, asked: str, file: tuple[str, bytes]) -> Any:
    """Choose the file again on the page that asks, tick the box, and press the button."""
    form = re.search(
        r'<form method="post" action="([^"]+)"[^>]*enctype.*?</form>', asked, re.DOTALL
    )
    assert form, "the page has a field for the file"
    fields = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form[0])
    (field,) = re.findall(r'type="file" id="[^"]+" name="([^"]+)" required', form[0])
    (box,) = re.findall(r'type="checkbox" id="[^"]+" name="([^"]+)" value="1" required', form[0])
    who = doors.visitor if form[1].startswith("/k/") else doors.anna.client
    said = {unescape(name): unescape(value) for name, value in fields} | {box: "1"}
    return who.post(form[1], data=said, files={field: file})


def test_each_page_asks_about_a_file_that_may_hold_a_number_and_takes_it_when_one_has_looked(
    doors: Doors,
) -> None:
    for number, (way, file) in enumerate(doubtful(doors.services).items()):
        name, content = file[0], file[1] + b" " * number  # each another one to the store
        if name.endswith(("docx", "xlsx")):
            content = file[1]
        before, said = stored(doors.services), confirmed(doors.services)

        asked = doors.send(way, name, content)
        page = unescape(asked.text)
        assert asked.status_code == (200 if way[0] == f"{CASE}/skema/excel" else 409), way
        assert f"Se efter i filen «{name}», om det er det." in page, way
        assert POSSIBLE not in page.replace("\n", ""), way
        assert (stored(doors.services), confirmed(doors.services)) == (before, said), way

        taken = answer_question(doors, asked.text, (name, content))
        assert taken.status_code in (200, 303), (way, taken.text[:3000])
        assert "cpr-nummer" not in taken.text.replace("cpr-numre", ""), (way, taken.text)
        assert confirmed(doors.services) > said, way
        here = [path.read_bytes() for path in stored(doors.services) if path.is_file()]
        assert content in (*here, *tree(doors.services).values()), way


@pytest.mark.parametrize(
    ("door", "name"),
    [
        (Doors.record_document, "referat.txt"),
        (Doors.fetch_document, "referat.txt"),
        (Doors.take_workbook, "svar.xlsx"),
    ],
)
def test_each_command_asks_too(doors: Doors, door: Any, name: str) -> None:
    text = b"Nr. %s" % DIGITS
    content = doubtful_workbook(doors.services) if name == "svar.xlsx" else text
    before = stored(doors.services)

    with pytest.raises(FileQuestionError, match=f"Se efter i filen «{name}»"):
        door(doors, name, content)
    assert stored(doors.services) == before

    doors.stamp = replace(doors.stamp, has_looked=True)
    door(doors, name, content)
    assert len(stored(doors.services)) == len(before) + 1
