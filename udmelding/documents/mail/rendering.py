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
from udmelding.documents.mail import reply_checks
from udmelding.documents.mail.contexts import MAILS, MailContext
from udmelding.documents.mail.flaw_wording import TextFlaw
from udmelding.documents.mail.templates import MailTemplates, TemplateError, mail_templates

__all__ = [
    "MAILS",
    "MailTexts",
    "RenderedMail",
    "Source",
    "TemplateError",
    "find_texts",
    "render_mail",
    "render_with",
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


@dataclass(frozen=True, slots=True)
class Source:
    """The texts that a version of a kind of mail stands for, and which of them were not shipped."""

    texts: dict[str, str]
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MailTexts:
    """The texts that all mails of a task are written from; they do not change while it runs.

    Attributes:
        found: every text, the secretariat's own before the shipped ones.
        shipped: the shipped ones alone.
    """

    found: MailTemplates
    shipped: MailTemplates

    def in_use(self, kind: MailKind) -> MailTemplates:
        """The texts that mails of the kind are written from: the own ones where they have no flaw.

        A reminder is never lost for a slip of the pen: where one of the kind's own texts is flawed,
        the mail is written from the shipped texts alone, none of the own ones half used. The flaw
        is told where the texts are edited, by ``udmelding mail-texts check``, and among the
        system's condition; mails of other kinds go on using their own texts.
        """
        return self.shipped if self.flaws(kind) else self.found

    def flaws(self, kind: MailKind) -> tuple[TextFlaw, ...]:
        """What is wrong with the secretariat's own texts of the kind; checked once."""
        return mail_checks.flaws_of(kind, self.found, self.shipped)

    def warnings(self, kind: MailKind) -> tuple[TextFlaw, ...]:
        """What the own texts in use say that is not true in every case; they are used all the same.

        None where they have flaws: they are not used, and cannot all be read.
        """
        if self.flaws(kind):
            return ()
        return reply_checks.warnings_of(kind, self.found, self.shipped)

    def write(self, kind: MailKind, context: MailContext) -> RenderedMail:
        """The mail as it is sent; raises as ``render_mail`` does, for a shipped text."""
        return render_with(self.in_use(kind), kind, context)

    def reword(self, subject: str, text: str) -> RenderedMail:
        """A mail in a person's own words: plain text, of which only links mean anything in HTML.

        Args:
            subject: the subject; line breaks in it become spaces.
            text: paragraphs with an empty line between them.
        """
        around = self.shipped if mail_checks.page_flaws(self.found) else self.found
        plain = "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"
        line = markdown.one_line(subject)
        return RenderedMail(
            subject=line,
            text=plain,
            html=around.page(
                line, markdown.as_html(markdown.parse_markdown(markdown.from_plain(plain)))
            ),
            template_version=REWORDED,
        )

    def source(self, kind: MailKind) -> Source:
        """What mails of the kind are written from, to be kept by its version."""
        used = self.in_use(kind)
        names = used.parts(kind)
        own = tuple(name for name in names if used.texts[name].is_own)
        return Source({name: used.texts[name].content for name in names}, own)


def find_texts(own: Path | None = None) -> MailTexts:
    """Look for the texts in the files: once for a task, however many mails it writes.

    Args:
        own: the secretariat's own folder; it need not be there.
    """
    found = _found(None, own)
    has_own = any(text.is_own for text in found.texts.values())
    return MailTexts(found, _found(None, None) if has_own else found)


def render_with(found: MailTemplates, kind: MailKind, context: MailContext) -> RenderedMail:
    """The mail of this ``kind`` from those very texts; raises as ``render_mail`` does."""
    if type(context) is not MAILS[kind]:
        wanted = MAILS[kind].__name__
        raise TypeError(f"{kind.value} takes a {wanted}, not a {type(context).__name__}")
    version = found.version(kind)
    values = {field.name: getattr(context, field.name) for field in fields(context)}
    subject = found.subject(kind, values)
    tokens = markdown.parse_markdown(found.body(kind, values))
    return RenderedMail(
        subject=subject,
        text=markdown.as_text(tokens),
        html=found.page(subject, markdown.as_html(tokens)),
        template_version=version,
    )


def _found(templates: Path | None, overrides: Path | None) -> MailTemplates:
    own = overrides / "mail" if overrides else None
    return mail_templates((templates or paths.TEMPLATES) / "mail", own)
