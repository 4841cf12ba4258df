"""The report as one HTML page, and that page as tagged PDF/A."""

from __future__ import annotations

import datetime as dt
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from udmelding import paths
from udmelding.documents.pdf import font_faces, html_to_pdf
from udmelding.documents.plain import clean_text
from udmelding.documents.report.chart_svg import bar_chart_svg
from udmelding.documents.report.page_layout import (
    FIRST_HEAD,
    figures_layout,
    stretches,
    words_layout,
)
from udmelding.rules.report.figure_tables import cell_text
from udmelding.rules.report.values import ChartBlock, ReportValues
from udmelding.rules.words.date_wording import long_date


def report_pdf(values: ReportValues, made_at: dt.datetime, *, show_flags: bool = False) -> bytes:
    """The report as PDF; the same bytes for the same values and moment.

    Args:
        values: what it says.
        made_at: when it is made; stands in the file.
        show_flags: mark what should be looked at again, for the secretariat's own reading.

    Raises:
        OutsideError: PDF cannot be made on this machine.
    """
    drawn = {_picture(block): _draw(block) for block in values.charts()}
    page = clean_text(report_html(values, show_flags=show_flags))
    return html_to_pdf(page, made_at=made_at, pictures=drawn)


def report_html(values: ReportValues, *, show_flags: bool = False) -> str:
    """The report as a page; its charts are pictures that ``report_pdf`` gives along."""
    template = environment().get_template("report.html")
    return template.render(
        values=values,
        show_flags=show_flags,
        styles=f"{font_faces()}\n{styles()}",
        cell_text=cell_text,
        figures_layout=figures_layout,
        words_layout=words_layout,
        first_head=FIRST_HEAD,
        stretches=stretches,
        picture=_picture,
    )


def _picture(block: ChartBlock) -> str:
    """The name of a chart's picture in the page."""
    return f"figur-{block.number}.svg"


def _draw(block: ChartBlock) -> str:
    return clean_text(bar_chart_svg(block.chart, is_inline=False, key=f"{block.number}-"))


@cache
def environment() -> Environment:
    """The templates of reports: escaped, and strict about names."""
    made = Environment(
        loader=FileSystemLoader(paths.TEMPLATES / "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["long_date"] = long_date
    return made


@cache
def styles() -> str:
    """The style sheet of reports."""
    return (paths.TEMPLATES / "report" / "report.css").read_text(encoding="utf-8")
