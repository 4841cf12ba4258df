"""The report as a Word file, filled into a template that a secretariat can restyle in Word.

The template decides fonts, colours, margins, headers and footers; this only says what stands where.
A template may come from a secretariat, so it can neither run anything nor ask for what is not
there: what is wrong with it is told in words that whoever restyles it in Word understands.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from functools import cache
from io import BytesIO
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from udmelding import paths
from udmelding.documents.archives import normalise_archive
from udmelding.documents.chart_svg import chart_pngs
from udmelding.documents.plain import clean_text
from udmelding.documents.report.docx_body import Body
from udmelding.documents.report.docx_pages import list_chapters
from udmelding.documents.report.docx_styles import STYLES
from udmelding.errors import RefusedError
from udmelding.rules.report.values import ReportValues
from udmelding.rules.words.date_wording import long_date

_HERE = "(kapitlerne)"
TAGS = (
    "title",
    "subtitle",
    "version_text",
    "dated_on",
    "senders",
    "receiver",
    "secretariat",
    "facts",
    "is_made_up",
    "chapters",
)
"""What a template can ask for."""


def report_docx(
    values: ReportValues,
    made_at: dt.datetime,
    template: bytes | None = None,
    *,
    show_flags: bool = False,
) -> bytes:
    """The report as the bytes of a ``.docx`` file; the same for the same values and moment.

    Args:
        values: what it says.
        made_at: when it is made, for the file's properties.
        template: the secretariat's own template; None takes the shipped one.
        show_flags: say at each paragraph why somebody should look at it again.

    Raises:
        RefusedError: the template is no Word file, lacks a style, or asks for what is not there.
        OutsideError: the charts cannot be drawn on this machine.
    """
    document = _opened(template or shipped_template())
    blocks = list(values.charts())
    pictures = chart_pngs([block.chart for block in blocks])
    context = {
        "title": clean_text(values.title),
        "subtitle": clean_text(values.subtitle),
        "version_text": values.version_text,
        "dated_on": long_date(values.dated_on),
        "senders": clean_text(values.senders),
        "receiver": clean_text(values.receiver),
        "secretariat": clean_text(values.secretariat),
        "facts": [(clean_text(name), clean_text(text)) for name, text in values.facts],
        "is_made_up": values.is_made_up,
        "chapters": _HERE,
    }
    _render(document, context)
    drawn = {block.number: picture for block, picture in zip(blocks, pictures, strict=True)}
    body = Body(document.docx, _place(document.docx), drawn, show_flags=show_flags)
    body.write(values)
    list_chapters(document.docx, [chapter.title for chapter in values.chapters])
    _set_properties(document, values, made_at)
    stream = BytesIO()
    document.save(stream)
    return normalise_archive(stream.getvalue())


@cache
def shipped_template() -> bytes:
    """The template that ships with the program."""
    return (paths.TEMPLATES / "report" / "rapport.docx").read_bytes()


def check_template(content: bytes) -> tuple[str, ...]:
    """What is wrong with a template, in Danish; empty where it can be used."""
    try:
        document = _opened(content)
        empty: dict[str, Any] = dict.fromkeys(TAGS, "")
        _render(document, empty | {"facts": [("a", "b")], "chapters": _HERE})
        _place(document.docx)
    except RefusedError as error:
        return (error.message,)
    return ()


def _opened(content: bytes) -> DocxTemplate:
    try:
        document = DocxTemplate(BytesIO(content))
        document.init_docx()
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise RefusedError("Rapportskabelonen er ikke en Word-fil (.docx).") from error
    known = {style.name for style in document.docx.styles}
    missing = [name for name in STYLES if name not in known]
    if missing:
        named = ", ".join(f"«{name}»" for name in missing)
        raise RefusedError(
            f"Rapportskabelonen mangler typografien {named}. Hent den medfølgende skabelon, og "
            "ret udseendet i den."
        )
    _refuse_traces(document.docx)
    _forget_outside(document.docx)
    return document


_TRACES = (
    (
        re.compile(rb"<w:(?:ins|del|moveFrom|moveTo|cellIns|cellDel|cellMerge|\w+Change)[\s/>]"),
        "registrerede ændringer. Vælg Gennemse og «Accepter alle ændringer» (eller afvis dem)",
    ),
    (
        re.compile(rb"<w:comment[\s/>]"),
        "kommentarer. Vælg Gennemse og «Slet alle kommentarer i dokumentet»",
    ),
)
"""What somebody's work on the template leaves in it, and how Word takes it out."""


def _refuse_traces(document: Document) -> None:
    """Tracked changes and comments would stand in every report, with their authors' names.

    Raises:
        RefusedError: the template has some.
    """
    for part in document.part.package.iter_parts():
        if not part.partname.endswith(".xml"):
            continue
        for trace, told in _TRACES:
            if trace.search(part.blob):
                raise RefusedError(
                    f"Rapportskabelonen indeholder {told} i Word, gem filen, og prøv igen."
                )


def _forget_outside(document: Document) -> None:
    """A report names no file that its readers do not have; links that a reader clicks are fine.

    Raises:
        RefusedError: the template takes a picture or the like from elsewhere.
    """
    for part in document.part.package.iter_parts():
        for key, relation in list(part.rels.items()):
            if not relation.is_external or relation.reltype == RT.HYPERLINK:
                continue
            if not relation.reltype.endswith("/attachedTemplate"):
                raise RefusedError(
                    f"Rapportskabelonen henter noget udefra ({relation.target_ref}). Indsæt det i "
                    "selve filen."
                )
            del part.rels[key]
    for named in document.settings.element.findall(qn("w:attachedTemplate")):
        document.settings.element.remove(named)


def _render(document: DocxTemplate, context: dict[str, Any]) -> None:
    allowed = ", ".join(TAGS)
    # Escapes «<5» and «&»; what a template may say is no more than the values and how to go on.
    strict = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        document.render(context, jinja_env=strict, autoescape=True)
    except UndefinedError as error:
        named = re.match(r"'(\w+)' is undefined", str(error))
        told = f"«{named[1]}»" if named else str(error)
        raise RefusedError(
            f"Rapportskabelonen bruger et felt, der ikke findes: {told}. Der findes: {allowed}."
        ) from error
    except (
        TemplateError,
        ArithmeticError,
        LookupError,
        SyntaxError,
        TypeError,
        ValueError,
    ) as error:
        raise RefusedError(
            f"Rapportskabelonen har en fejl i et felt{_near(error)} ({error}). Felter skrives som "
            f"{{{{ title }}}}. Der findes: {allowed}."
        ) from error


def _near(error: Exception) -> str:
    """Where in the template a fault is, as far as the library tells."""
    lines = [line.strip() for line in getattr(error, "docx_context", ())]
    found = next((line for line in lines if "{{" in line or "{%" in line), "")
    return f" ved «{found[:80]}»" if found else ""


def _set_properties(document: DocxTemplate, values: ReportValues, made_at: dt.datetime) -> None:
    known = document.docx.core_properties
    known.title, known.subject = clean_text(values.title), clean_text(values.reference)
    known.author = known.last_modified_by = clean_text(values.secretariat)
    known.created = known.modified = made_at.astimezone(dt.UTC).replace(tzinfo=None)
    known.language, known.comments, known.keywords = "da-DK", "", ""


def _place(document: Document) -> Paragraph:
    """The paragraph that the chapters take the place of.

    Raises:
        RefusedError: the template has none.
    """
    found = next((p for p in document.paragraphs if p.text.strip() == _HERE), None)
    if found is None:
        raise RefusedError(
            "Rapportskabelonen mangler {{ chapters }} i et afsnit for sig selv. Dér kommer "
            "kapitlerne."
        )
    return found
