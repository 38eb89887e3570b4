"""The targets under `Mục tiêu cụ thể`: one value per bullet, or per sub-bullet of one."""

import re

from ingest.numerals import OPERATORS, number
from ingest.plan.document import Document, Paragraph, is_target_section
from ingest.plan.remarks import Remarks
from ingest.wording import match_key, tidy

_BULLET = re.compile(r"\s*([-+*•])\s+|\s*\d+(?:\.\d+)*[.)]\s+")
_PERCENT = re.compile(
    r"(?P<lead>[\s,:(]*(?:đạt|là|phấn đấu đạt)?(?:\s+tỷ lệ)?\s*)"
    r"(?P<said>(?P<word>[≥≤]|[<>]=?|\b(?:trên|hơn|dưới|tối thiểu|ít nhất|không quá|tối đa)\b)?"
    r"\s*(?P<number>\d[\d.,]*)\s*%)",
    re.IGNORECASE,
)


def read_targets(document: Document, year: int | None, remarks: Remarks) -> tuple[list[dict], set[int]]:
    """The targets, and the lines they were read from. A bullet without exactly one percentage is remarked."""
    bullets = [p for p in document.paragraphs if is_target_section(p.section) and _BULLET.match(p.text)]
    rows: list[dict] = []
    lines: set[int] = set()
    serial, parent, child = 0, "", 0
    for i, bullet in enumerate(bullets):
        following = bullets[i + 1].text if i + 1 < len(bullets) else ""
        below = _is_child(bullet)
        if not below:
            serial, parent, child = serial + 1, "", 0
            if not _PERCENT.search(bullet.text) and following and _is_child(bullets[i + 1]):
                parent = _name(bullet, len(bullet.text))
                continue
        else:
            child += 1
        found = list(_PERCENT.finditer(bullet.text))
        if len(found) != 1:
            _unread(bullet, len(found), remarks)
            continue
        match = found[0]
        word = (match["word"] or "").lower()
        try:
            value = number(match["number"])
        except ValueError:
            _unread(bullet, 0, remarks)
            continue
        name = _name(bullet, match.start())
        name = f"{parent}: {name}" if below and parent else name
        line, char_from, char_to = bullet.place(match.start("said"), match.end("said"))
        rows.append(
            {
                "line": line,
                "number": f"{serial}{chr(ord('a') + child - 1)}" if below and child <= 26 else str(serial),
                "name": name,
                "name_key": match_key(name),
                "year": year,
                "operator": OPERATORS[word],
                "target_value": value,
                "raw_text": match["said"].strip(),
                "char_from": char_from,
                "char_to": char_to,
            }
        )
        lines |= {line.number for line in bullet.lines}
    return rows, lines


def _is_child(bullet: Paragraph) -> bool:
    return bullet.text.lstrip().startswith("+")


def _name(bullet: Paragraph, end: int) -> str:
    return tidy(_BULLET.sub("", bullet.text[:end], count=1)).rstrip(":, ")


def _unread(bullet: Paragraph, found: int, remarks: Remarks) -> None:
    remarks.add(
        "unread_line",
        bullet.lines[0].number,
        tidy(bullet.text),
        f"Mục tiêu phải có đúng một tỷ lệ phần trăm, ở đây có {found}; không được đọc.",
        f"A target must hold exactly one percentage, this one holds {found}; it was not read.",
        to=bullet.lines[-1].number,
    )
