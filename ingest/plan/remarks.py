"""What the reader repaired, and what it could not understand. A remark refuses nothing else."""

from dataclasses import dataclass, field


@dataclass
class Remarks:
    rows: list[dict] = field(default_factory=list)

    def add(
        self,
        kind: str,
        line: int,
        raw: str,
        vi: str,
        en: str,
        *,
        to: int | None = None,
        cell: int | None = None,
    ) -> None:
        """`line` to `to` are lines, `cell` a cell of `line` counted from 1; `vi` and `en` say the same."""
        self.rows.append(
            {
                "kind": kind,
                "line": line,
                "line_to": line if to is None else to,
                "cell": cell,
                "raw_text": raw,
                "detail_vi": vi,
                "detail_en": en,
            }
        )

    def numbered(self) -> list[dict]:
        """In the order of the document."""
        rows = sorted(self.rows, key=lambda row: (row["line"], row["cell"] or 0, row["kind"], row["line_to"]))
        return [{"remark_no": i, **row} for i, row in enumerate(rows, 1)]
