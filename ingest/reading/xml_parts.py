"""XML as office programs write it: a parser by namespace, and every text of a part, wherever it stands."""

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

# Elements whose text may be cut into runs that belong together.
_WHOLE = {"comment", "si", "is", "p"}


def read(file: IO[bytes], start: Callable, end: Callable | None = None, text: Callable | None = None) -> None:
    """Feed a part to handlers, which see elements as `namespace}local`. Raises ExpatError and ValueError."""
    parse(parser(start, end, text), file)


def parser(start: Callable, end: Callable | None = None, text: Callable | None = None) -> expat.XMLParserType:
    made = expat.ParserCreate(namespace_separator="}")
    made.buffer_text = True
    made.StartElementHandler, made.EndElementHandler, made.CharacterDataHandler = start, end, text
    made.StartDoctypeDeclHandler = _refuse_doctype
    return made


def parse(made: expat.XMLParserType, file: IO[bytes]) -> None:
    while chunk := file.read(1 << 18):
        made.Parse(chunk, False)
    made.Parse(b"", True)


def _refuse_doctype(*_) -> None:
    raise ValueError("a document type is declared")


def local(tag: str) -> str:
    return tag.rpartition("}")[2]


class Texts:
    """Handlers that collect the texts and attributes of a part, each with the cells that it is about."""

    def __init__(self):
        self.found: list[tuple[str, str]] = []
        self._cells = ""
        self._pieces: list[str] = []
        self._is_direct = False

    def start(self, tag: str, about: dict[str, str]) -> None:
        self._cells = about.get("ref") or about.get("sqref") or self._cells
        self.found += [(self._cells, value) for value in about.values() if len(value) > 5]
        self._is_direct = False

    def text(self, piece: str) -> None:
        self._pieces.append(piece)
        self._is_direct = True

    def end(self, tag: str) -> None:
        name = local(tag)
        if name in _WHOLE or (self._is_direct and name != "t"):
            self.found.append((self._cells, "".join(self._pieces)))
            self._pieces.clear()
        self._is_direct = False


def drawn(file: IO[bytes]) -> list[str]:
    """The paragraphs of the text boxes of a drawing. Raises ExpatError and ValueError."""
    found: list[str] = []
    pieces: list[str] = []
    made = parser(
        lambda tag, _: setattr(made, "CharacterDataHandler", pieces.append if local(tag) == "t" else None),
        lambda tag: _end_paragraph(tag, pieces, found),
    )
    parse(made, file)
    return found


def _end_paragraph(tag: str, pieces: list[str], found: list[str]) -> None:
    if local(tag) == "p":
        if text := " ".join("".join(pieces).split()):
            found.append(text)
        pieces.clear()


def texts(file: IO[bytes]) -> list[tuple[str, str]]:
    """Cells and text of everything that a part says. Raises ExpatError and ValueError."""
    collected = Texts()
    read(file, collected.start, collected.end, collected.text)
    return collected.found
