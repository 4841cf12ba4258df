"""Charts as PNG pictures, for Word. The same drawing as in pages and PDF, made of it.

All charts become pages of one PDF, each exactly as large as its chart, and each page is a picture:
starting the machinery once for twelve charts costs little more than for one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from udmelding.documents.clean_text import cleaned
from udmelding.documents.pdf import font_faces, html_to_pdf
from udmelding.documents.report.chart_svg import WIDTH, bar_chart_svg
from udmelding.rules.report.figure_tables import BarChart

_SCALE = 2.2
_ALWAYS = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)


def chart_pngs(charts: Sequence[BarChart]) -> tuple[bytes, ...]:
    """The charts as PNG pictures, in their order.

    Raises:
        OutsideError: pictures cannot be made on this machine.
    """
    if not charts:
        return ()
    from udmelding.documents.files.text_pdf import opened  # loads PDFium, for one at a time

    content = html_to_pdf(_pages(charts), made_at=_ALWAYS, is_archive=False)
    with opened(content) as document:
        return tuple(_picture(document[place]) for place in range(len(charts)))


def _pages(charts: Sequence[BarChart]) -> str:
    drawn, sizes = [], []
    for place, chart in enumerate(charts):
        svg = cleaned(bar_chart_svg(chart, is_inline=False, key=f"{place}-"))
        height = svg.partition(f'width="{WIDTH}" height="')[2].partition('"')[0]
        sizes.append(f"@page p{place} {{ size: {WIDTH}px {height}px; margin: 0; }}")
        drawn.append(f'<div style="page: p{place}">{svg}</div>')
    styles = "\n".join((font_faces(), *sizes, "body { margin: 0 } svg { display: block }"))
    body = "\n".join(drawn)
    return f'<!doctype html><html lang="da"><title>x</title><style>{styles}</style>{body}</html>'


def _picture(page: Any) -> bytes:
    stream = BytesIO()
    image = page.render(scale=_SCALE).to_pil().convert("P", palette=1, colors=32)
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()
