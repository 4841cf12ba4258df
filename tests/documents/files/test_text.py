"""CPR numbers are found wherever a file may hold them, and the place is told, never the number."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from email.message import EmailMessage

import docx
import openpyxl
import pytest
from openpyxl.comments import Comment

from tests.rules.files.test_cpr import BORN, TODAY, number_born, parts
from udmelding.documents.files import text as file_text
from udmelding.documents.files.text import FileHit, cpr_in_file, look_in_file, text_of
from udmelding.documents.files.text_pdf import MOST_PAGES
from udmelding.rules.files.cpr import MASK, Grade

NUMBER = number_born(BORN)
WRITTEN = "-".join(parts())
OPEN = "urn:oasis:names:tc:opendocument:xmlns"


def saved(made: object) -> bytes:
    file = io.BytesIO()
    made.save(file)  # type: ignore[attr-defined]
    return file.getvalue()


def with_parts(content: bytes, parts: Mapping[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, text in parts.items():
            new.writestr(name, text)
    return file.getvalue()


def places(name: str, content: bytes) -> dict[str, Grade]:
    hits = cpr_in_file(name, content, TODAY)
    assert not re.search(r"\d{6}", repr(hits)), "a place never shows the number"
    return {hit.place: hit.grade for hit in hits}


def pdf_of(pages: Iterable[str], *, extra: str = "", notes: str = "") -> bytes:
    """A PDF of simple pages, with what ``notes`` says on each."""
    pages = list(pages)
    kids = " ".join(f"{10 + 2 * n} 0 R" for n in range(len(pages)))
    objects = {
        1: "<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        3: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        4: f"<</Title({extra})>>",
    }
    for n, text in enumerate(pages):
        shown = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET" if text else "0 0 100 100 re f"
        objects[10 + 2 * n] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]/Contents {11 + 2 * n} 0 R"
            f"/Resources<</Font<</F1 3 0 R>>>>/Annots[{notes}]>>"
        )
        objects[11 + 2 * n] = f"<</Length {len(shown)}>>\nstream\n{shown}\nendstream"
    body = "".join(f"{number} 0 obj\n{text}\nendobj\n" for number, text in objects.items())
    return f"%PDF-1.7\n{body}trailer\n<</Root 1 0 R/Info 4 0 R>>\n%%EOF\n".encode("cp1252")


def test_every_place_of_a_workbook_is_looked_through() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Svar"
    sheet["B7"] = WRITTEN
    sheet["C1"] = int(number_born(BORN.replace(day=7)))  # loses its leading zero
    sheet["D2"] = f'="{NUMBER}"'
    sheet["E1"] = f"{NUMBER}.0"
    sheet["A1"] = "Kommune"
    sheet["A1"].comment = Comment(f"Det er {WRITTEN}", "Bo")
    sheet.oddHeader.center.text = NUMBER
    hidden = book.create_sheet("Skjult")
    hidden.sheet_state = "hidden"
    hidden["A1"] = WRITTEN
    book.properties.keywords = WRITTEN

    assert places("svar.xlsx", saved(book)) == {
        "ark «Svar», celle B7": Grade.CERTAIN,
        "ark «Svar», celle C1": Grade.LIKELY,
        "ark «Svar», celle D2 (formel)": Grade.LIKELY,
        "ark «Svar», celle E1": Grade.LIKELY,
        "en kommentar i ark «Svar», celle A1": Grade.CERTAIN,
        "ark «Svar»": Grade.LIKELY,
        "ark «Skjult», celle A1": Grade.CERTAIN,
        "filens egenskaber": Grade.CERTAIN,
    }


def test_the_value_that_a_formula_last_gave_and_what_no_cell_shows_any_more_are_found() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "Svar"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = (
        f'<c r="B2"><f>A2&amp;A3</f><v>{NUMBER}</v></c><c t="str"><v>{WRITTEN}</v></c>'
        f'<c r="D2" t="inlineStr"><is><r><rPr><b/></rPr><t>{WRITTEN[:4]}</t></r>'
        f"<r><rPr><b/></rPr><t>{WRITTEN[4:]}</t></r></is></c>"
        f'<c r="E2"><v>{NUMBER[0]}.{NUMBER[1:]}E9</v></c>'
    )
    made = with_parts(
        saved(book),
        {
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData><row r="2">{cells}'
            "</row></sheetData></worksheet>",
            "xl/sharedStrings.xml": f'<sst xmlns="{main}"><si><t>{WRITTEN}</t></si></sst>',
            "xl/pivotCache/pivotCacheDefinition1.xml": f'<a xmlns="{main}"><s v="{WRITTEN}"/></a>',
        },
    )

    assert places("svar.xlsx", made) == {
        "ark «Sheet», celle B2": Grade.LIKELY,
        "ark «Sheet», celle C2": Grade.CERTAIN,
        "ark «Sheet», celle D2": Grade.CERTAIN,
        "ark «Sheet», celle E2": Grade.LIKELY,
        "tekst, der ikke vises i noget ark": Grade.CERTAIN,
        "en pivottabel": Grade.CERTAIN,
    }


def test_a_sheet_that_is_called_by_the_number_is_found_and_named_without_it() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = WRITTEN
    book.worksheets[0]["A1"] = WRITTEN

    assert places("svar.xlsx", saved(book)) == {
        "navnet på et ark": Grade.CERTAIN,
        f"ark «{MASK}», celle A1": Grade.CERTAIN,
    }


def test_every_place_of_a_word_document_is_looked_through() -> None:
    made = docx.Document()
    made.add_paragraph("Referat")
    cut = made.add_paragraph("Borger ")
    for piece in (WRITTEN[:3], WRITTEN[3:8], WRITTEN[8:]):
        cut.add_run(piece).bold = True
    hidden = made.add_paragraph().add_run(WRITTEN)
    hidden.font.hidden = True
    made.add_table(1, 1)
    made.add_table(3, 2).cell(2, 1).text = WRITTEN
    made.sections[0].header.paragraphs[0].text = WRITTEN
    made.sections[0].footer.paragraphs[0].text = NUMBER
    made.add_comment(cut.runs[0], f"Se {WRITTEN}", author="Bo")
    made.core_properties.title = WRITTEN

    assert places("referat.docx", saved(made)) == {
        "afsnit 2": Grade.CERTAIN,
        "afsnit 3 (skjult tekst)": Grade.CERTAIN,
        "tabel 2, række 3": Grade.CERTAIN,
        "sidehovedet": Grade.CERTAIN,
        "sidefoden": Grade.LIKELY,
        "en kommentar": Grade.CERTAIN,
        "filens egenskaber": Grade.CERTAIN,
    }


def test_boxes_notes_deleted_words_and_merged_data_of_a_word_document_are_read_too() -> None:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    paragraph = f"<w:p><w:r><w:t>{WRITTEN}</w:t></w:r></w:p>"
    body = (
        f"<w:p><w:r><w:t>Se </w:t><w:pict><w:txbxContent>{paragraph}</w:txbxContent></w:pict>"
        f"</w:r></w:p><w:p><w:del><w:r><w:delText>{WRITTEN}</w:delText></w:r></w:del></w:p>"
        f'<w:p><w:r><w:drawing><docPr descr="Kort {WRITTEN}"/></w:drawing></w:r></w:p>'
    )
    made = with_parts(
        saved(docx.Document()),
        {
            "word/document.xml": f'<w:document xmlns:w="{word}">{body}</w:document>',
            "word/footnotes.xml": f'<w:footnotes xmlns:w="{word}">{paragraph}</w:footnotes>',
            "word/settings.xml": f'<w:settings xmlns:w="{word}"><w:docVar w:name="a" '
            f'w:val="{WRITTEN}"/></w:settings>',
            "customXml/item1.xml": f"<borger><nr>{NUMBER}</nr></borger>",
        },
    )

    assert places("referat.docx", made) == {
        "et tekstfelt": Grade.CERTAIN,
        "afsnit 2 (slettet tekst)": Grade.CERTAIN,
        "afsnit 2 (billedtekst)": Grade.CERTAIN,
        "en fodnote": Grade.CERTAIN,
        "skjulte data i filen": Grade.CERTAIN,
    }


def test_a_workbook_inside_a_document_is_looked_through() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = WRITTEN
    with zipfile.ZipFile(file := io.BytesIO(saved(docx.Document())), "a") as archive:
        archive.writestr("word/embeddings/tal.xlsx", saved(book))
        archive.writestr("word/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0")

    look = look_in_file("referat.docx", file.getvalue(), TODAY)

    assert look.hits == (FileHit("en indlejret fil, ark «Sheet», celle A1", Grade.CERTAIN),)
    assert look.unread == ("et indlejret objekt",)


def test_the_pages_notes_fields_and_properties_of_a_pdf_are_looked_through() -> None:
    notes = (
        f"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(Se {WRITTEN})>>"
        f"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/Rect[0 0 9 9]/V({NUMBER})>>"
    )
    made = pdf_of(["Referat", f"Borger {WRITTEN}"], extra=WRITTEN)

    assert places("referat.pdf", made) == {
        "side 2": Grade.CERTAIN,
        "filens egenskaber": Grade.CERTAIN,
    }
    assert places("referat.pdf", pdf_of(["Referat"], notes=notes)) == {
        "side 1, note": Grade.CERTAIN,
        "side 1, felt": Grade.LIKELY,
    }


def test_a_page_that_is_a_picture_is_told_as_unread() -> None:
    look = look_in_file("referat.pdf", pdf_of(["Referat", ""]), TODAY)

    assert (look.hits, look.unread) == ((), ("side 2",))


def test_of_a_pdf_without_end_the_first_pages_are_read() -> None:
    look = look_in_file("referat.pdf", pdf_of(["Side"] * (MOST_PAGES + 1)), TODAY)

    assert look.unread == (f"side {MOST_PAGES + 1} og frem",)


def open_document(body: str, kind: str) -> bytes:
    spaces = " ".join(f'xmlns:{name}="{OPEN}:{name}:1.0"' for name in ("office", "table", "text"))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", f"<office:body {spaces}>{body}</office:body>")
        archive.writestr("meta.xml", f"<a><b>{WRITTEN}</b></a>")
    return file.getvalue()


def test_a_text_and_a_sheet_of_opendocument_are_looked_through() -> None:
    text = (
        f"<text:p>Referat</text:p><text:h>Nr.<text:s/>{WRITTEN[:4]}<text:span>{WRITTEN[4:]}"
        f"</text:span></text:h><table:table><table:table-row><table:table-cell><text:p>{NUMBER}"
        "</text:p></table:table-cell></table:table-row></table:table>"
    )
    sheet = (
        '<table:table table:name="Svar"><table:table-row table:number-rows-repeated="3"/>'
        '<table:table-row><table:table-cell table:number-columns-repeated="2"/>'
        f'<table:table-cell office:value="{NUMBER}"><text:p>ja</text:p></table:table-cell>'
        f"<table:table-cell><office:annotation><text:p>{WRITTEN}</text:p></office:annotation>"
        "</table:table-cell></table:table-row></table:table>"
    )

    assert places("referat.odt", open_document(text, "text")) == {
        "afsnit 2": Grade.CERTAIN,
        "tabel 1, række 1": Grade.LIKELY,
        "filens egenskaber": Grade.CERTAIN,
    }
    assert places("svar.ods", open_document(sheet, "spreadsheet")) == {
        "ark «Svar», celle C4": Grade.LIKELY,
        "en kommentar": Grade.CERTAIN,
        "filens egenskaber": Grade.CERTAIN,
    }


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.txt", f"Referat\nBorger {WRITTEN}\n".encode(), "linje 2"),
        ("a.txt", f"Referat\nBorger {WRITTEN}\n".encode("utf-16"), "linje 2"),
        ("a.txt", f"På\nBorger {WRITTEN[:7]}\n{WRITTEN[7:]}\n".encode("cp1252"), "linje 2"),
        ("a.csv", f"navn;nr\nBo;{WRITTEN}\n".encode(), "linje 2"),
        ("a.html", f"<p>Referat</p>\n<p>{WRITTEN[:6]}<b>{WRITTEN[6:]}</b></p>".encode(), "linje 2"),
        ("a.html", f"<!-- {WRITTEN} -->".encode(), "linje 1"),
        ("a.html", f'<img alt="{WRITTEN}">'.encode(), "linje 1"),
        ("a.doc", b"\xd0\xcf\x11\xe0\x00" + f"Nr {WRITTEN}".encode("utf-16-le"), "filens tekst"),
        ("a.doc", b"\xd0\xcf\x11\xe0\x00" + f"Nr {WRITTEN}".encode(), "filens tekst"),
        (f"{WRITTEN}.txt", b"Referat", "filens navn"),
    ],
)
def test_plain_files_are_looked_through(name: str, content: bytes, place: str) -> None:
    assert places(name, content) == {place: Grade.CERTAIN}


def test_a_mail_is_looked_through_with_its_files() -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "bo@greve.example", f"Æ {WRITTEN}"
    mail.set_content("Se filen")
    mail.add_alternative(f"<p>{WRITTEN}</p>", subtype="html")
    mail.add_attachment(f"nr;{WRITTEN}".encode(), maintype="text", subtype="csv", filename="a.csv")
    mail.add_attachment(b"x", maintype="text", subtype="csv", filename=f"{NUMBER}.csv")

    assert places("svar.eml", mail.as_bytes()) == {
        "mailens hoved": Grade.CERTAIN,
        "mailens tekst": Grade.CERTAIN,
        "filen «a.csv», linje 1": Grade.CERTAIN,
    }


def test_a_file_that_cannot_be_read_is_told_and_stops_nothing() -> None:
    for name in ("a.xlsx", "a.docx", "a.odt", "a.pdf", "a.png", "a"):
        assert look_in_file(name, b"\x01\x02", TODAY).unread == ("filen",)


def test_xml_that_grows_without_end_is_not_read() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "lol">]><a>&b;</a>'
    made = with_parts(saved(docx.Document()), {"word/document.xml": bomb})

    assert look_in_file("a.docx", made, TODAY).unread == ("filen",)


def test_the_rest_of_a_file_without_end_is_told_as_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_text, "MOST_CHARACTERS", 20)
    pieces = list(text_of("a.txt", b"Referat af et langt punkt\nog mere"))

    assert [(piece.place, piece.text) for piece in pieces] == [
        ("linje 1", "Referat af et langt "),
        ("resten af filen", ""),
    ]
    assert pieces[-1].is_unread


def test_formulas_are_told_and_never_computed() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "=1+1"
    texts = {piece.text for piece in text_of("a.xlsx", saved(book))}

    assert "1+1" in texts
    assert "2" not in texts
