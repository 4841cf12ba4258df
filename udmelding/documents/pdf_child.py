"""The process that sets documents with Typst: read a job, set it within limits, write the files.

It runs by its path, in isolated mode, and imports nothing of ours: what it is given is all it
knows. A document that wants too much memory or time ends this process and no other. Typst itself
has no setting that keeps it from fetching packages, so the proxies lead nowhere.

Standard input: one JSON object, see ``main``. Standard output: for each file its length in eight
bytes, then the file. Exit code 3: Typst refused, its words are on standard error; 4: memory;
5: the job is strict and there was a warning.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REFUSED, OUT_OF_MEMORY, WARNED = 3, 4, 5
_STANDARDS = ["a-2a", "ua-1"]


def main() -> int:
    """Set every document of the job.

    The job's keys: ``template`` (a file's path), ``fonts`` (folders), ``values`` (one JSON text a
    document), ``made_at`` (seconds since 1970), ``format`` (``pdf`` or ``png``), ``dots`` (of an
    inch, for ``png``), ``memory`` (bytes of address space), ``seconds`` (of processor time),
    ``is_strict`` (a warning ends the job).
    """
    job = json.loads(sys.stdin.buffer.read())
    _limit(job["memory"], job["seconds"])
    import typst

    try:
        for file in _files(typst, job):
            sys.stdout.buffer.write(len(file).to_bytes(8, "big"))
            sys.stdout.buffer.write(file)
    except typst.TypstError as error:
        told = [error.message, error.diagnostic, *error.hints]
        sys.stderr.write("\n".join(text for text in told if text))
        return REFUSED
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def _limit(memory: int, seconds: int) -> None:
    os.environ.update(HTTPS_PROXY="http://127.0.0.1:9", HTTP_PROXY="http://127.0.0.1:9")
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent's clock is all there is
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _files(typst: Any, job: dict[str, Any]) -> Iterator[bytes]:
    template = Path(job["template"])
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=job["fonts"]
    )
    compiler = typst.Compiler(template, root=template.parent, font_paths=fonts)
    for values in job["values"]:
        known: dict[str, Any] = {"sys_inputs": {"values": values}, "timestamp": job["made_at"]}
        if job["format"] == "png":
            made, warnings = compiler.compile_with_warnings(format="png", ppi=job["dots"], **known)
        else:
            made, warnings = compiler.compile_with_warnings(
                format="pdf", pdf_standards=_STANDARDS, **known
            )
        sys.stderr.writelines(f"warning: {one.message}\n" for one in warnings)
        if warnings and job.get("is_strict"):
            sys.exit(WARNED)
        for file in made if isinstance(made, list) else [made]:
            yield _with_row_heads(file) if job["format"] == "pdf" else file


def _with_row_heads(content: bytes) -> bytes:
    """The PDF with the first cell of each row as that row's head, and half as large.

    Typst writes row heads only behind a switch that its wheel does not have (0.15); its ``Headers``
    name the columns alone and would come before any scope, so they go. A cell over all columns is
    a note and stays. The same bytes for the same content.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        for row in pdf.objects:
            is_row = isinstance(row, pikepdf.Dictionary) and row.get("/S") == pikepdf.Name.TR
            if is_row and pikepdf.Name.THead != row.P.S:
                _set_row_head(pikepdf, list(row.K))
        stream = io.BytesIO()
        pdf.save(
            stream,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
            fix_metadata_version=False,
        )
    return stream.getvalue()


def _set_row_head(pikepdf: Any, cells: list[Any]) -> None:
    for place, cell in enumerate(cells):
        found = cell.get("/A", [])
        attributes = list(found) if isinstance(found, pikepdf.Array) else [found]
        if place == 0 and not any("/ColSpan" in one for one in attributes):
            cell.S = pikepdf.Name.TH
            cell.A = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
            continue
        for one in attributes:
            if "/Headers" in one:
                del one["/Headers"]


if __name__ == "__main__":
    sys.exit(main())
