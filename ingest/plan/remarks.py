"""What the reader repaired, and what it could not understand. A remark refuses nothing else."""

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ingest.plan.document import Paragraph
from ingest.wording import tidy

# By kind and name, in both languages, which say the same.
TEXTS = yaml.load(Path(__file__).with_suffix(".yml").read_bytes(), yaml.CSafeLoader)


@dataclass
class Remarks:
    rows: list[dict] = field(default_factory=list)

    def add(
        self, name: str, line: int, raw: str, /, *, to: int | None = None, cell: int | None = None, **values
    ) -> None:
        """`name`: kind and name of a text, such as `unread_cell.total`, with `values` for its fields. `line`
        to `to` are lines, `cell` a cell of `line` counted from 1."""
        kind, _, text = name.partition(".")
        self.note(kind, line, raw, TEXTS[kind][text]["vi"], TEXTS[kind][text]["en"], to, cell, **values)

    def of_paragraph(self, name: str, paragraph: Paragraph, /, **values) -> None:
        lines = paragraph.lines
        self.add(name, lines[0].number, tidy(paragraph.text), to=lines[-1].number, **values)

    def note(
        self,
        kind: str,
        line: int,
        raw: str,
        vi: str,
        en: str,
        to: int | None = None,
        cell: int | None = None,
        /,
        **values,
    ) -> None:
        """As `add`, in words of its caller."""
        self.rows.append(
            {
                "kind": kind,
                "line": line,
                "line_to": line if to is None else to,
                "cell": cell,
                "raw_text": raw,
                "detail_vi": vi.format(**values),
                "detail_en": en.format(**values),
            }
        )

    def numbered(self) -> list[dict]:
        """In the order of the document."""
        rows = sorted(self.rows, key=lambda row: (row["line"], row["cell"] or 0, row["kind"], row["line_to"]))
        return [{"remark_no": i, **row} for i, row in enumerate(rows, 1)]
