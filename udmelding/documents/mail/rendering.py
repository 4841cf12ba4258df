"""What does a mail say? From a kind and its context to subject, plain text and HTML.

A mail has one source: Markdown with Jinja in ``templates/mail``. The plain text and the HTML text
are two readings of the same parsed source, so they cannot drift apart. Whatever a value contains,
it stands in the plain text as it is and means nothing to Markdown, HTML or a header.

Not here: who gets a mail and whether (``rules``, ``casework``), how it travels (``outside``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

from models.outbox import MailKind
from udmelding import paths
from udmelding.documents import markdown
from udmelding.documents.mail import checks as mail_checks
from udmelding.documents.mail.contexts import MAILS, MailContext
from udmelding.documents.mail.templates import MailTemplates, TemplateError, mail_templates

__all__ = [
    "MAILS",
    "RenderedMail",
    "TemplateError",
    "render_mail",
    "render_with",
    "reworded",
    "source_of",
    "templates_in_use",
    "write_mail_text",
]


REWORDED = "af person"
"""Stands for the template's version where a person wrote the mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedMail:
    """What a mail says.

    Attributes:
        subject: one line, beginning with the case's reference in brackets.
        text: the plain text.
        html: the same as an HTML document.
        template_version: checksum of the template texts it was made from.
    """

    subject: str
    text: str
    html: str
    template_version: str


def render_mail(
    kind: MailKind,
    context: MailContext,
    templates: Path | None = None,
    overrides: Path | None = None,
) -> RenderedMail:
    """The mail of this ``kind`` that says what ``context`` knows.

    Args:
        kind: which folder of ``mail/`` to use.
        context: the values, of the class that ``MAILS`` names for the kind.
        templates: a folder to use instead of the shipped ``templates/``.
        overrides: a secretariat's own folder with the same tree; its files come first.

    Raises:
        TypeError: the context is not of the kind's class.
        TemplateError: a template is missing, wrong, or uses a name that the context lacks.
    """
    return render_with(_found(templates, overrides), kind, context)


def write_mail_text(kind: MailKind, context: MailContext, own: Path) -> RenderedMail:
    """The mail as it is sent: in the secretariat's own words where they are without flaws.

    A reminder is never lost for a slip of the pen: where one of the kind's own texts is flawed,
    the mail is written from the shipped texts alone, none of the own ones half used. The flaw is
    told where the texts are edited, by ``udmelding mail-texts check``, and among the system's
    condition; mails of other kinds go on using their own texts.

    Args:
        kind: which folder of ``mail/`` to use.
        context: the values.
        own: the secretariat's own folder; it need not be there.

    Raises:
        TypeError: the context is not of the kind's class.
        TemplateError: a shipped text is wrong.
    """
    found = templates_in_use(kind, own)
    mail = render_with(found, kind, context)
    _remember(found, kind)
    return mail


def templates_in_use(kind: MailKind, own: Path) -> MailTemplates:
    """The texts that mails of the kind are written from now; see ``write_mail_text``."""
    found = _found(None, own)
    if not any(text.is_own for text in found.texts.values()):
        return found  # as a rule, and looking for the files once is half the work
    shipped = _found(None, None)
    return shipped if mail_checks.flaws_of(kind, found, shipped) else found


def render_with(found: MailTemplates, kind: MailKind, context: MailContext) -> RenderedMail:
    """The mail of this ``kind`` from those very texts; raises as ``render_mail`` does."""
    if type(context) is not MAILS[kind]:
        wanted = MAILS[kind].__name__
        raise TypeError(f"{kind.value} takes a {wanted}, not a {type(context).__name__}")
    version = found.version(kind)
    values = {field.name: getattr(context, field.name) for field in fields(context)}
    subject = found.subject(kind, values)
    tokens = markdown.parsed(found.body(kind, values))
    return RenderedMail(
        subject=subject,
        text=markdown.as_text(tokens),
        html=found.page(subject, markdown.as_html(tokens)),
        template_version=version,
    )


def _found(templates: Path | None, overrides: Path | None) -> MailTemplates:
    own = overrides / "mail" if overrides else None
    return mail_templates((templates or paths.TEMPLATES) / "mail", own)


@dataclass(frozen=True, slots=True)
class Source:
    """The texts that a version of a kind of mail stands for, and which of them were not shipped."""

    texts: dict[str, str]
    own: tuple[str, ...]


_MOST_SOURCES = 256
_sources: dict[tuple[MailKind, str], Source] = {}
"""What this process wrote mails from. A version is the checksum of its texts, so none is ever
stale, and whoever keeps a mail can keep its texts, even if the files have changed meanwhile."""


def _remember(found: MailTemplates, kind: MailKind) -> None:
    at = kind, found.version(kind)
    if at in _sources:
        return
    if len(_sources) >= _MOST_SOURCES:
        _sources.pop(next(iter(_sources)))
    names = found.parts(kind)
    own = tuple(name for name in names if found.texts[name].is_own)
    _sources[at] = Source({name: found.texts[name].content for name in names}, own)


def source_of(kind: MailKind, version: str) -> Source | None:
    """The texts of a version that this process has just written a mail from; else None."""
    return _sources.get((kind, version))


def reworded(
    subject: str,
    text: str,
    templates: Path | None = None,
    overrides: Path | None = None,
) -> RenderedMail:
    """A mail in a person's own words: plain text, of which only links mean anything in HTML.

    Args:
        subject: the subject; line breaks in it become spaces.
        text: paragraphs with an empty line between them.
        templates: as for ``render_mail``, and ``overrides`` too: they hold the page around it.
        overrides: see ``templates``.
    """
    found = _found(templates, overrides)
    if overrides and mail_checks.page_flaws(found):
        found = _found(templates, None)  # as in `write_mail_text`
    plain = "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"
    line = markdown.one_line(subject)
    return RenderedMail(
        subject=line,
        text=plain,
        html=found.page(line, markdown.as_html(markdown.parsed(markdown.from_plain(plain)))),
        template_version=REWORDED,
    )
