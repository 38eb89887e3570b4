"""Documents as offices have them: a text as a web page, a page as LibreOffice saves it, DOCX of raw XML."""

import html
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from making.processes import HANGS

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def web_page(text: str) -> str:
    """A Markdown text whose tables have tabs, as the page it stands for."""
    out: list[str] = []
    table: list[list[str]] = []
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    for block in [*re.split(r"\n\s*\n", text), "#"]:
        lines = [line for line in block.split("\n") if line.strip()]
        while lines:
            if "\t" in lines[0]:  # a header that a page break repeats goes on with the table above
                row = lines.pop(0).split("\t")
                table += [row] if row not in table[:1] else []
                continue
            if table:
                out.append(_table(table))
                table = []
            if block == "#":
                break
            if found := re.match(r"(#+)\s*(.*)", lines[0]):
                out.append(f"<h{len(found[1])}>{_run(found[2])}</h{len(found[1])}>")
                lines.pop(0)
            else:
                rows = []
                while lines and "\t" not in lines[0] and not lines[0].startswith("#"):
                    rows.append(lines.pop(0))
                parts = [[rows[0]]]
                for row in rows[1:]:
                    if re.match(r"\s*[-+*]\s", row):
                        parts.append([row])
                    else:
                        parts[-1].append(row)
                out += [f"<p>{'<br>'.join(_run(row) for row in part)}</p>" for part in parts]
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{' '.join(out)}</body></html>"


def _table(rows: list[list[str]]) -> str:
    """A table as offices draw it, whose first row stands on top of each page."""
    width = max(map(len, rows))
    first, *rest = (
        "<tr>" + "".join(f"<td>{_run(cell)}</td>" for cell in row + [""] * (width - len(row))) + "</tr>"
        for row in rows
    )
    drawn = "border='1' cellspacing='0' cellpadding='4' style='border-collapse: collapse'"
    return f"<table {drawn}><thead>{first}</thead>{''.join(rest)}</table>"


def _run(text: str) -> str:
    text = re.sub(r"<(/?[bi])>", "\0\\1\1", text)
    text = html.escape(text, quote=False).replace("\0", "<").replace("\1", ">")
    text = re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", text)
    return re.sub(r"\*\*|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)", "", text)


def converted(page: str, suffix: str, folder: Path) -> bytes:
    """A page as LibreOffice saves it as DOCX, or that as PDF; skips the test where it is not installed."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    source = folder / "plan.html"
    source.write_text(page, encoding="utf-8")
    command = [soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless"]
    to = ["--outdir", str(folder)]
    steps = [["--infilter=HTML (StarWriter)", "--convert-to", "docx:MS Word 2007 XML", *to, str(source)]]
    if suffix == "pdf":
        steps.append(["--convert-to", "pdf", *to, str(folder / "plan.docx")])
    for step in steps:
        subprocess.run([*command, *step], check=True, capture_output=True, timeout=HANGS)
    return (folder / f"plan.{suffix}").read_bytes()


def docx(body: str, **parts: str) -> bytes:
    """A DOCX of the XML of its body, with other parts by their names, such as `numbering` and `styles`."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        rels = "application/vnd.openxmlformats-package.relationships+xml"
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="'
            f'{rels}"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        spaces = f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        archive.writestr("word/document.xml", f"<w:document {spaces}><w:body>{body}</w:body></w:document>")
        for name, text in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:{name} {spaces}>{text}</w:{name}>")
    return held.getvalue()


def p(text: str, about: str = "", run: str = "") -> str:
    """A paragraph of one run."""
    said = f'<w:t xml:space="preserve">{html.escape(text)}</w:t>'
    return f"<w:p><w:pPr>{about}</w:pPr><w:r><w:rPr>{run}</w:rPr>{said}</w:r></w:p>"


def tc(text: str, about: str = "") -> str:
    return f"<w:tc><w:tcPr>{about}</w:tcPr>{p(text)}</w:tc>"


def tr(*cells: str) -> str:
    return f"<w:tr>{''.join(cell if cell.startswith('<') else tc(cell) for cell in cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"
