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
from udmelding.documents.mail_contexts import MAILS, MailContext
from udmelding.documents.mail_templates import TemplateError, mail_templates

__all__ = ["MAILS", "RenderedMail", "TemplateError", "render_mail", "reworded"]


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
    if type(context) is not MAILS[kind]:
        wanted = MAILS[kind].__name__
        raise TypeError(f"{kind.value} takes a {wanted}, not a {type(context).__name__}")
    roots = [templates or paths.TEMPLATES, *([overrides] if overrides else [])]
    found = mail_templates(root / "mail" for root in roots)
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
    roots = [templates or paths.TEMPLATES, *([overrides] if overrides else [])]
    found = mail_templates(root / "mail" for root in roots)
    plain = "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"
    line = markdown.one_line(subject)
    return RenderedMail(
        subject=line,
        text=plain,
        html=found.page(line, markdown.as_html(markdown.parsed(markdown.from_plain(plain)))),
        template_version=REWORDED,
    )
