"""Documents of offices in the formats they have, as one model; what they say is the business of `plan`."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import PurePosixPath

from ingest.documents import sheets, text, web, word
from ingest.documents.blocks import Document
from ingest.errors import Refused
from ingest.reading import workbooks
from ingest.reading.grids import BY_HAND, open_archive, refuse_damage

# How a file begins that is none of the documents read here, what it is, and what to do.
_OTHERS = {
    b"{\\rtf": "RTF; open it in Word and save it as .docx",
    b"Rar!": "a RAR archive; unpack it and send the plan itself",
    b"7z\xbc\xaf": "a 7z archive; unpack it and send the plan itself",
    b"\x1f\x8b": "packed with gzip; unpack it and send the plan itself",
    b"\x89PNG": "a picture; send the plan as .docx, or as a PDF that holds its text",
    b"\xff\xd8\xff": "a picture; send the plan as .docx, or as a PDF that holds its text",
    b"II*\0": "a picture; send the plan as .docx, or as a PDF that holds its text",
}
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|title|style)\b", re.IGNORECASE)
_PIECE = re.compile(r"<(?:table|div|p|h[1-6]|center|span|font|ul|ol)\b", re.IGNORECASE)


def read(name: str, body: bytes) -> Document:
    """What a file says, whatever it is called: its content tells its format. Raises Refused."""
    if not body.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refused(f"{name}: is empty; ask its sender for the file", "empty")
    for start, kind in _OTHERS.items():
        if body.startswith(start):
            raise Refused(f"{name}: first bytes: is {kind}")
    try:
        return _read(name, body)
    except RecursionError:
        raise Refused(f"{name}: is nested too deeply to be read; open it in Word and save it again") from None


def _read(name: str, body: bytes) -> Document:
    if b"%PDF-" in body[:1024]:
        from ingest.documents.pdf import read_pdf  # its libraries take a while to load

        return read_pdf(name, body)
    if body.startswith(b"PK"):
        return _of_archive(name, body)
    if body.startswith(workbooks.OLE):
        return _of_old_office(name, body)
    head = _head(body)
    if re.match(r"mime-version:|content-type:\s*multipart/", head, re.IGNORECASE):
        raise Refused(f"{name}: is a web page in one file (MHTML); open it in Word and save it as .docx")
    if _PAGE.match(head) or (_PIECE.match(head) and body.rstrip(b"\0 \t\r\n").endswith((b">", b">\0"))):
        return web.read_page(name, body)
    return text.read_text(name, body)


def _of_archive(name: str, body: bytes) -> Document:
    with open_archive(name, body) as archive:
        refuse_damage(name, archive)
        members = {member.replace("\\", "/").lstrip("/").lower() for member in archive.namelist()}
        if word.MAIN in members or "word/" in {member[:5] for member in members}:
            return word.read_docx(name, archive)
        if any(member.startswith("xl/") for member in members):
            return sheets.read_sheets(workbooks.read_xlsx(name, archive))
        files = [] if "mimetype" in members or "/" in name else _members(archive)
    if files:
        return _of_several(name, files)
    if "mimetype" in members:
        raise Refused(f"{name}: first bytes: is an OpenDocument file; save it as .docx or .xlsx")
    raise Refused(f"{name}: first bytes: is an archive without a plan; unpack it and send the plan itself")


def together(files: list[tuple[str, bytes]]) -> bytes:
    """The files of one document, such as a plan and its appendices, in this order, each as it is."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for name, body in files:
            archive.writestr(
                zipfile.ZipInfo(name), body
            )  # of one moment, so that the same files are the same
    return held.getvalue()


def _members(archive: zipfile.ZipFile) -> list[tuple[str, bytes]]:
    members = [member for member in archive.infolist() if not member.is_dir()]
    return [
        (PurePosixPath(member.filename).name, archive.read(member))
        for member in members
        if not BY_HAND & set(PurePosixPath(member.filename).parts)
    ]


def _of_several(name: str, files: list[tuple[str, bytes]]) -> Document:
    whole = Document()
    for file, body in files:
        part, first = read(f"{name}/{file}", body), len(whole.blocks)
        whole.files[first] = file
        whole.notes.extend(replace(note, block=note.block + first) for note in part.notes)
        whole.blocks.extend(part.blocks)
    return whole


def _of_old_office(name: str, body: bytes) -> Document:
    if "EncryptedPackage".encode("utf-16-le") in body:
        raise Refused(f"{name}: is locked with a password; save it without one", "encrypted")
    if "WordDocument".encode("utf-16-le") in body:
        raise Refused(f"{name}: first bytes: is an old Word file (.doc); save it as .docx")
    return sheets.read_sheets(workbooks.read_xls(name, body))


def _head(body: bytes) -> str:
    """How a text begins, without what stands ahead of a web page's first mark."""
    start = body[:65536].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe").decode("latin-1")
    return re.sub(r"^(?:\s+|<!--.*?-->|<\?xml[^>]*>)+", "", start, flags=re.DOTALL)
