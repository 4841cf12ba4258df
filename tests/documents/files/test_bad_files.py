"""Broken and dangerous files: each is refused with a sentence that says what to do instead.

The files are built here, small; nothing of them is run, kept or unpacked.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from itertools import chain

import docx
import openpyxl
import pypdfium2 as pdfium
import pytest

from udmelding.documents.files.guard import MOST_BYTES, check_file
from udmelding.errors import RefusedError

ALLOWED = {
    ".pdf": "PDF",
    ".docx": "Word",
    ".xlsx": "Excel",
    ".doc": "ældre Word",
    ".odt": "OpenDocument",
    ".ods": "OpenDocument-regneark",
    ".txt": "tekst",
    ".html": "HTML",
    ".csv": "CSV",
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
TYPES = "[Content_Types].xml"
DOCTYPE = b'<!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
RELS = "word/_rels/document.xml.rels"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook() -> bytes:
    made, file = openpyxl.Workbook(), io.BytesIO()
    made.worksheets[0]["A1"] = "Svar"
    made.save(file)
    return file.getvalue()


def document() -> bytes:
    made, file = docx.Document(), io.BytesIO()
    made.add_paragraph("Referat")
    made.save(file)
    return file.getvalue()


def pdf() -> bytes:
    made, file = pdfium.PdfDocument.new(), io.BytesIO()
    made.new_page(200, 200)
    made.save(file)
    return file.getvalue()


def zipped(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def changed(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The file with these parts in place of its own or in addition to them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        old = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**old, **parts})


def relation(kind: str, target: str) -> bytes:
    return (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r9" Type="{OFFICE}/{kind}" '
        f'Target="{target}" TargetMode="External"/></Relationships>'
    ).encode()


def field(*codes: str) -> bytes:
    runs = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    inside = f"<w:body><w:p>{begin}{runs}{end}</w:p></w:body>"
    return f'<w:document xmlns:w="{WORD}">{inside}</w:document>'.encode()


def encrypted_entry() -> bytes:
    """A workbook whose first part says that it is encrypted."""
    content = bytearray(workbook())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(signature) + at] |= 1
    return bytes(content)


def nameless() -> bytes:
    """A workbook with a part whose name is empty once the reader has cut it at its NUL."""
    content = bytearray(changed(workbook(), {"a.xml": b"<a/>"}))
    content[content.rfind(b"a.xml", content.find(b"PK\x01\x02"))] = 0
    return bytes(content)


def twice() -> bytes:
    """A workbook with the same part twice, of which readers may take either."""
    file = io.BytesIO(workbook())
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    return file.getvalue()


def holding(objects: bytes) -> bytes:
    """A PDF with one more object."""
    return pdf().replace(b"endobj", b"endobj\n99 0 obj\n" + objects + b"\nendobj", 1)


def packed_script() -> bytes:
    """A PDF whose script lies in a packed list of objects."""
    packed = zlib.compress(b"<</S /JavaScript /JS (app.alert(1))>>")
    head = b"<</Type /ObjStm /Filter /FlateDecode /Length %d>>\nstream\n" % len(packed)
    return holding(head + packed + b"\nendstream")


def locked_pdf() -> bytes:
    """A PDF that says that it is encrypted, in a way that asks for a password."""
    key = b"0" * 64
    encrypt = b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (key, key)
    made = holding(encrypt)
    return made.replace(b"trailer\n<<", b"trailer\n<</Encrypt 99 0 R/ID[<00><00>]").replace(
        b"trailer\r\n<<", b"trailer\r\n<</Encrypt 99 0 R/ID[<00><00>]"
    )


def open_document(*, manifest: bytes = b"<manifest/>", content: bytes = b"<a/>") -> bytes:
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": manifest,
            "content.xml": content,
        }
    )


def bomb() -> bytes:
    """A workbook of a few hundred kilobytes that unpacks to 100 MB."""
    return changed(workbook(), {"xl/media/image1.bin": bytes(100 * 1024**2)})


MACRO_TYPE = (
    b"<Types><Override ContentType='application/vnd.ms-excel.sheet.macroEnabled.main+xml'/></Types>"
)
SCRIPT = "Gem siden som PDF (vælg Udskriv og Gem som PDF), og send den."
PRINTED = "Gem en ren kopi (vælg Udskriv og Gem som PDF), og send den."
ORIGINAL = "Send originalen."
NEW_FILE = "Gem indholdet i en ny fil, og send den."
LOCKED = "er beskyttet med adgangskode. Fjern adgangskoden, og send filen igen."
DAMAGED = "er beskadiget og kan ikke åbnes. Åbn den hos dig selv, gem den igen, og send den nye."
ODD = f"er ikke pakket, som et kontorprogram gør det. {NEW_FILE}"
OBJECT = "har en anden fil eller et objekt lagt ind i sig. Slet objektet, eller gem filen som PDF"

Made = Callable[[], bytes]

BAD: tuple[tuple[str, str, Made, str], ...] = (
    # what it is, its name, its content, what the user is told
    ("en tom fil", "svar.xlsx", bytes, "er tom."),
    (
        "en fil på over 25 MB",
        "stor.pdf",
        lambda: b"%PDF-1.7\n" + bytes(MOST_BYTES),
        "fylder mere end 25 MB. Send en mindre fil.",
    ),
    (
        "et program",
        "virus.exe",
        lambda: b"MZ\x00",
        "kan ikke læses her. Brug PDF (.pdf), Word (.docx)",
    ),
    (
        "en fil uden endelse",
        "svar",
        lambda: b"x",
        "kan ikke læses her. Brug PDF (.pdf), Word (.docx)",
    ),
    ("et regneark med makroer", "svar.xlsm", workbook, "kan ikke læses her. Brug PDF (.pdf)"),
    (
        "et program, der hedder PDF",
        "referat.pdf",
        lambda: b"MZ\x90\x00" + bytes(60),
        "er et program og er ikke gemt. Send dokumentet selv.",
    ),
    (
        "et program til Linux, der hedder Word",
        "referat.docx",
        lambda: b"\x7fELF\x02",
        "er et program og er ikke gemt. Send dokumentet selv.",
    ),
    (
        "en webside, der hedder Word",
        "referat.docx",
        lambda: b"<html><body>Referat</body></html>",
        f"er ren tekst eller en webside og ikke et Word-dokument, selv om den hedder noget på "
        f".docx. {ORIGINAL}",
    ),
    (
        "et billede, der hedder PDF",
        "referat.pdf",
        lambda: b"\x89PNG\r\n\x1a\n",
        f"er et billede og ikke en PDF, selv om den hedder noget på .pdf. {ORIGINAL}",
    ),
    (
        "en PDF, der hedder tekst",
        "referat.txt",
        pdf,
        f"er en PDF og ikke en tekstfil, selv om den hedder noget på .txt. {ORIGINAL}",
    ),
    (
        "tilfældige bytes, der hedder Excel",
        "svar.xlsx",
        lambda: b"\x01\x00\x02" * 50,
        f"er ikke et Excel-regneark, selv om den hedder noget på .xlsx. {ORIGINAL}",
    ),
    (
        "bytes, der hedder CSV",
        "svar.csv",
        lambda: b"a;b\x00\x01",
        f"er ikke en CSV-fil, selv om den hedder noget på .csv. {ORIGINAL}",
    ),
    (
        "et Word-dokument, der hedder Excel",
        "svar.xlsx",
        document,
        "er et Word-dokument, men hedder noget på .xlsx. Giv den endelsen .docx.",
    ),
    (
        "et regneark, der hedder PDF",
        "svar.pdf",
        workbook,
        "er et Excel-regneark, men hedder noget på .pdf. Giv den endelsen .xlsx.",
    ),
    (
        "en pakket mappe, der hedder PDF",
        "svar.pdf",
        lambda: zipped({"svar.txt": b"Svar"}),
        "er en pakket fil og ikke en PDF. Pak den ud, og send det, der ligger i den.",
    ),
    (
        "en pakket mappe, der hedder Excel",
        "svar.xlsx",
        lambda: zipped({"svar.txt": b"Svar"}),
        f"er ikke et Excel-regneark, selv om den hedder noget på .xlsx. {ORIGINAL}",
    ),
    (
        "et RAR-arkiv, der hedder Word",
        "svar.docx",
        lambda: b"Rar!\x1a\x07\x00",
        "er en pakket fil og ikke et Word-dokument. Pak den ud, og send det, der ligger i den.",
    ),
    (
        "et gammelt regneark, der hedder .xlsx",
        "svar.xlsx",
        lambda: OLE,
        "er gemt i et ældre format. Åbn den, vælg Gem som .xlsx, og send den nye.",
    ),
    (
        "et regneark med adgangskode",
        "svar.xlsx",
        lambda: OLE + "EncryptedPackage".encode("utf-16-le") + bytes(64),
        LOCKED,
    ),
    (
        "et gammelt Word-dokument med adgangskode",
        "svar.doc",
        lambda: OLE + b"\xec\xa5\xc1\x00" + bytes(6) + b"\x00\x01" + bytes(64),
        LOCKED,
    ),
    (
        "et gammelt Word-dokument med makroer",
        "svar.doc",
        lambda: OLE + "_VBA_PROJECT".encode("utf-16-le") + bytes(64),
        "indeholder makroer. Gem den i et format uden makroer (.docx), og send den igen.",
    ),
    ("en krypteret del i et regneark", "svar.xlsx", encrypted_entry, LOCKED),
    (
        "et OpenDocument med adgangskode",
        "svar.odt",
        lambda: open_document(manifest=b"<manifest><encryption-data/></manifest>"),
        LOCKED,
    ),
    (
        "et regneark, der pakker 100 MB ud",
        "svar.xlsx",
        bomb,
        f"pakker mere ud, end et dokument gør. {NEW_FILE}",
    ),
    (
        "et regneark med 6.000 dele",
        "svar.xlsx",
        lambda: changed(workbook(), {f"xl/media/{n}.png": b"" for n in range(6_000)}),
        f"pakker mere ud, end et dokument gør. {NEW_FILE}",
    ),
    (
        "en pakket mappe inde i et dokument",
        "svar.docx",
        lambda: changed(document(), {"word/media/image1.png": zipped({"a": b"b"})}),
        OBJECT,
    ),
    (
        "en del, der vil ligge uden for filen",
        "svar.xlsx",
        lambda: changed(workbook(), {"../../autoexec.xml": b"<a/>"}),
        ODD,
    ),
    ("en del uden navn", "svar.xlsx", nameless, ODD),
    ("den samme del to gange", "svar.xlsx", twice, ODD),
    (
        "XML, der vokser uden ende",
        "svar.xlsx",
        lambda: changed(workbook(), {"xl/sharedStrings.xml": DOCTYPE}),
        ODD,
    ),
    (
        "XML, der henter en fil",
        "svar.docx",
        lambda: changed(
            document(),
            {"word/document.xml": b'<!DOCTYPE a SYSTEM "file:///etc/hosts"><a/>'},
        ),
        ODD,
    ),
    (
        "XML, der er gået i stykker",
        "svar.docx",
        lambda: changed(document(), {"word/document.xml": b"<w:document"}),
        DAMAGED,
    ),
    ("et regneark, der er skåret over", "svar.xlsx", lambda: workbook()[:2_000], DAMAGED),
    (
        "makroer i et regneark, der hedder .xlsx",
        "svar.xlsx",
        lambda: changed(workbook(), {"xl/vbaProject.bin": OLE}),
        "indeholder makroer. Gem den i et format uden makroer (.xlsx), og send den igen.",
    ),
    (
        "et regneark med makroer, omdøbt til .xlsx",
        "svar.xlsx",
        lambda: changed(workbook(), {TYPES: MACRO_TYPE}),
        "indeholder makroer. Gem den i et format uden makroer (.xlsx), og send den igen.",
    ),
    (
        "gamle makroer (Excel 4) i et regneark",
        "svar.xlsx",
        lambda: changed(workbook(), {"xl/macrosheets/sheet1.xml": b"<a/>"}),
        "indeholder makroer. Gem den i et format uden makroer (.xlsx), og send den igen.",
    ),
    (
        "et indlejret objekt",
        "svar.docx",
        lambda: changed(document(), {"word/embeddings/oleObject1.bin": OLE}),
        OBJECT,
    ),
    (
        "et indlejret program",
        "svar.docx",
        lambda: changed(document(), {"word/media/a.png": b"MZ\x90\x00" + bytes(60)}),
        "har et program lagt ind i sig og er ikke gemt. Slet det, og send filen igen.",
    ),
    (
        "makroer i et regneark inde i et dokument",
        "svar.docx",
        lambda: changed(
            document(),
            {"word/embeddings/a.xlsx": changed(workbook(), {"xl/vbaProject.bin": OLE})},
        ),
        "indeholder makroer.",
    ),
    (
        "en skabelon fra nettet",
        "svar.docx",
        lambda: changed(
            document(),
            {"word/_rels/settings.xml.rels": relation("attachedTemplate", "https://x.example/a")},
        ),
        "henter en skabelon fra et andet sted, når den åbnes. Gem den som PDF",
    ),
    (
        "et billede, der hentes fra en andens disk",
        "svar.docx",
        lambda: changed(document(), {RELS: relation("image", "file://server.example/a.png")}),
        "henter billeder eller andet fra et andet sted, når den åbnes.",
    ),
    (
        "tal, der hentes fra andre regneark",
        "svar.xlsx",
        lambda: changed(workbook(), {"xl/externalLinks/externalLink1.xml": b"<a/>"}),
        "henter tal fra andre regneark. Vælg Data, Rediger kæder og Bryd kæde, gem, og send",
    ),
    (
        "et felt, der starter et program",
        "svar.docx",
        lambda: changed(document(), {"word/document.xml": field(" DD", "EAUTO cmd /c calc")}),
        "har et felt, der starter andre programmer (DDE). Slet feltet",
    ),
    (
        "et felt, der henter tekst fra nettet",
        "svar.docx",
        lambda: changed(
            document(), {"word/document.xml": field('INCLUDETEXT "https://x.example/a"')}
        ),
        "henter billeder eller andet fra et andet sted",
    ),
    (
        "et OpenDocument, der henter et billede",
        "svar.odt",
        lambda: open_document(content=b'<a><image href="https://x.example/a.png"/></a>'),
        "henter billeder eller andet fra et andet sted",
    ),
    (
        "en CSV-fil, der starter et program",
        "svar.csv",
        lambda: b"kommune;tal\nGreve;=cmd|' /C calc'!A0\n",
        "har en celle, der starter et program. Slet cellen, og send filen igen.",
    ),
    (
        "en webside med script",
        "referat.html",
        lambda: b"<p>Referat</p><SCRIPT>alert(1)</SCRIPT>",
        f"indeholder et script. {SCRIPT}",
    ),
    (
        "en webside, der kører noget i et billede",
        "referat.html",
        lambda: b'<img src=x onerror="alert(1)">',
        f"indeholder et script. {SCRIPT}",
    ),
    (
        "en PDF, der er skåret over",
        "referat.pdf",
        lambda: b"%PDF-1.7\n1 0 obj",
        "er beskadiget og kan ikke åbnes. Gem den igen som PDF, og send den nye.",
    ),
    (
        "en PDF med adgangskode",
        "referat.pdf",
        locked_pdf,
        "er beskyttet med adgangskode eller låst mod ændringer. Fjern adgangskoden, eller gem en",
    ),
    (
        "en PDF med script",
        "referat.pdf",
        lambda: holding(b"<</S /J#61vaScript /JS (app.alert(1))>>"),
        f"indeholder et script (JavaScript). {PRINTED}",
    ),
    (
        "en PDF med script i en pakket liste",
        "referat.pdf",
        packed_script,
        f"indeholder et script (JavaScript). {PRINTED}",
    ),
    (
        "en PDF, der starter et program",
        "referat.pdf",
        lambda: holding(b"<</S /Launch /F (calc.exe)>>"),
        f"kan starte et program. {PRINTED}",
    ),
    (
        "en PDF med en fil lagt ind i sig",
        "referat.pdf",
        lambda: holding(b"<</Type /EmbeddedFile>>"),
        "har andre filer lagt ind i sig. Send filerne hver for sig.",
    ),
)


@pytest.mark.parametrize(("name", "make", "told"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_a_bad_file_is_refused_and_its_sender_told_what_to_do(
    name: str, make: Made, told: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        check_file(name, make(), ALLOWED)

    assert refused.value.message.startswith(f"Filen «{name}» {told}")
    assert refused.value.message.endswith(".")


GOOD: tuple[tuple[str, Made], ...] = (
    ("svar.xlsx", workbook),
    ("referat.docx", document),
    ("referat.pdf", pdf),
    ("referat.odt", open_document),
    ("referat.doc", lambda: OLE),
    ("referat.txt", lambda: "Punkt 7: godkendt – enstemmigt".encode()),
    ("referat.txt", lambda: "Punkt 7".encode("utf-16")),
    ("referat.html", lambda: "<h1>Punkt 7</h1><p>Sat på dagsordenen</p>".encode()),
    ("svar.csv", lambda: b"kommune;tal\nGreve;-12\n+4512;=A1+B1\n"),
)


@pytest.mark.parametrize(("name", "make"), GOOD, ids=[name for name, _ in GOOD])
def test_an_honest_file_is_taken_as_it_is(name: str, make: Made) -> None:
    content = make()

    safe = check_file(name, content, ALLOWED)

    assert (safe.name, safe.content, safe.ending) == (name, content, name[name.rindex(".") :])


@pytest.mark.parametrize(
    ("part", "content"),
    [
        (RELS, relation("hyperlink", "https://greve.example/referat")),
        ("word/_rels/settings.xml.rels", relation("attachedTemplate", "file:///C:\\s\\brev.dotx")),
        ("word/_rels/settings.xml.rels", relation("attachedTemplate", "Normal.dotm")),
        ("word/document.xml", field('HYPERLINK "https://greve.example"')),
        ("word/document.xml", field("PAGE")),
        ("word/embeddings/tal.xlsx", workbook()),
        ("word/printerSettings1.bin", b"\x00\x01\x02"),
    ],
)
def test_what_fetches_nothing_by_itself_may_stay_in_a_document(part: str, content: bytes) -> None:
    assert check_file("a.docx", changed(document(), {part: content}), ALLOWED)


def test_where_files_of_5_mb_are_taken_a_larger_one_is_refused() -> None:
    with pytest.raises(RefusedError, match="fylder mere end 5 MB"):
        check_file("a.txt", b"x" * (5 * 1024**2 + 1), ALLOWED, most=5 * 1024**2)


def test_nothing_that_is_refused_makes_anything_else_than_a_refusal() -> None:
    pieces = (workbook(), document(), pdf(), OLE)
    cut = (content[:length] for content in pieces for length in range(0, len(content), 397))
    flipped = (
        content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]
        for content in pieces[:3]
        for at in range(0, len(content), 311)
    )
    names = ("a.xlsx", "a.docx", "a.pdf", "a.doc", "a.csv")
    told = {told_of(name, content) for content in chain(cut, flipped) for name in names}

    assert {sentence[:10] for sentence in told} == {
        "",
        "Filen «a.x",
        "Filen «a.d",
        "Filen «a.p",
        "Filen «a.c",
    }


def told_of(name: str, content: bytes) -> str:
    """What the sender is told; empty where the file is taken."""
    try:
        check_file(name, content, ALLOWED)
    except RefusedError as error:
        return error.message
    return ""
