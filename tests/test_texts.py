"""What commands and digests say: two catalogues that say the same, and how offices write numbers and days."""

import ast
import re
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import yaml
from conftest import ROOT
from making.modules import tree

from expectations.messages import fields, filled
from expectations.numbers import rounded
from expectations.texts import words
from ingest.errors import told
from ingest.plan.remarks import TEXTS as REMARKS
from ingest.plan.tables import REQUIRED
from orchestration import texts

ROOM = ROOT / "orchestration"
CODE = "\n".join(file.read_text("utf-8") for file in sorted(ROOM.rglob("*.py")))
TEMPLATES = "\n".join(file.read_text("utf-8") for file in sorted((ROOM / "publication/page").glob("*.j2")))
VI, EN = (texts.catalogue(language) for language in texts.LANGUAGES)
OF_PAPERS = {"papers", "workbook", "how_to_read", "report", "kinds_of_units", "form"}
# Vietnamese alone.
LETTER = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u00e0-\u00ef\u00f2-\u00fd\u1ea0-\u1ef9]")
# Where Vietnamese stands in the code, and why.
ELSEWHERE = {
    "demo/": "data: files as offices write them",
    "command/candidates.py": "patterns by which the name of a ratio is taken apart",
}
# Where SQL knows the words of documents again, or describes macros as columns are described.
RECOGNISED = {
    "macros/agrees.sql": "what stands before a number",
    "macros/texts.sql": "kinds of units, and what stands after them",
    "macros/wording.sql": "the letter that is no accent",
    "models/intermediate/audit/document/int_result_doubts.sql": "what stands before a number",
    "models/intermediate/counts/int_extract_rows.sql": "what stands before a name",
    "models/intermediate/plan/int_claims.sql": "what stands before a name",
    "models/intermediate/plan/int_figures.sql": "the unit of an amount",
    "published/comparison.sql": "descriptions in both languages",
    "published/ratio_of.sql": "descriptions in both languages",
}
# An alphabet, a pattern that is looked for, names within English, a unit.
WORDS = ["abcdđeghiklmnopqrstuvxy", r" và (\d+) đơn vị khác", "“Mục tiêu”", "Việt Nam", "đồng"]


def literals(file):
    """The texts of a module that are no docstrings, each with its line."""
    nodes = list(ast.walk(tree(file)))
    alone = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.lineno, node.value


def test_no_vietnamese_stands_in_the_code():
    found = [
        f"{name}:{line}: {text}"
        for room in (ROOM, ROOT / "expectations")
        for file in sorted(room.rglob("*.py"))
        if not (name := file.relative_to(room).as_posix()).startswith(tuple(ELSEWHERE))
        for line, text in literals(file)
        if LETTER.search(re.sub("|".join(map(re.escape, WORDS)), "", text))
    ]
    assert found == []
    assert not LETTER.search(re.sub(r"\{#.*?#\}|Tiếng Việt", "", TEMPLATES, flags=re.DOTALL))


def sql_of(file):
    """Without what is commented."""
    return re.sub(r"\{#.*?#\}|--[^\n]*", "", file.read_text("utf-8"), flags=re.DOTALL)


def test_no_vietnamese_stands_in_sql_but_what_it_knows_again():
    project = ROOT / "dbt_project"
    found = {
        file.relative_to(project).as_posix()
        for file in project.rglob("*.sql")
        if "target" not in file.parts and LETTER.search(sql_of(file))
    }
    assert found == set(RECOGNISED)


def test_the_words_of_the_tables_are_those_that_sql_asks_for_with_the_same_fields():
    project = yaml.safe_load((ROOT / "dbt_project/dbt_project.yml").read_text("utf-8"))
    known = {
        f"{part}.{code}": told
        for part, listed in project["vars"]["texts"].items()
        for code, told in listed.items()
    }
    sql = "".join(sql_of(file) for file in (ROOT / "dbt_project").rglob("*.sql"))
    asked = Counter(re.findall(r"\bphrase\(\s*'(\w+\.\w+)'", sql))
    lists = tuple(f"{part}." for part in re.findall(r"\blisted\('(\w+)'", sql))
    assert set(asked) == {name for name in known if not name.startswith(lists)}
    assert all("vi" in told for told in known.values())
    assert not [
        name for name, told in known.items() if "en" in told and fields(told["vi"]) != fields(told["en"])
    ]
    assert not [name for name in known if name.startswith(lists) and "en" not in known[name]]


def test_messages_have_the_same_words_in_both_languages():
    vi, en = (words(language) for language in texts.LANGUAGES)
    assert {part: set(told) for part, told in vi.items()} == {part: set(told) for part, told in en.items()}


def test_both_languages_have_the_same_texts_with_the_same_fields():
    papers = {name for name in VI if name.partition(".")[0] in OF_PAPERS}
    assert VI.keys() - papers == EN.keys()
    unlike = {name for name in EN if fields(VI[name]) != fields(EN[name])}
    assert unlike <= {"status.all"}  # of "all 17 reports" the number is said once


def test_every_text_that_is_asked_for_is_there_and_every_text_is_asked_for():
    asked = set(re.findall(r'\b(?:text|both|_both|phrase|slashed)\(\s*"([a-z_]+\.\w+)"', CODE))
    asked |= {f"page.{name}" for name in re.findall(r'\b(?:w|both|of_phone)\("(\w+)"', TEMPLATES)}
    asked |= set(re.findall(r'\bphrase\("([a-z_]+\.\w+)"', TEMPLATES))
    assert asked <= VI.keys()
    lists = set(re.findall(r'\b(?:words|each|named)\("(\w+)"', CODE)) | {"condition_kinds", "severity_counts"}
    put_together = [
        re.sub(r"\\{[^}]*\\}", r"\\w+", re.escape(name))
        for name in re.findall(r'f"(\w+\.[\w{}.\[\]\']+)"', CODE)
    ]
    unused = [
        name
        for name in VI.keys() - asked
        if name.partition(".")[0] not in lists
        and not re.search(rf'["_.]{name.partition(".")[2]}\b', CODE)
        and not any(re.fullmatch(pattern, name) for pattern in put_together)
    ]
    assert unused == []


def test_every_reason_why_a_file_stays_in_the_inbox_has_its_words_and_is_given():
    code = "".join(
        (ROOT / name).read_text("utf-8") for name in ("ingest/inbox.py", "orchestration/state/deliveries.py")
    )
    given = set(re.findall(r'\brefusal\(\s*"(\w+)"', code)) | {
        "link",
        "folder",
        "not_monthly",
        "not_quarterly",
    }
    assert given == set(told())
    for name, reason in told().items():
        assert fields(reason["vi"]) <= fields(reason["en"]) | {"keys"}, name


def test_every_remark_on_a_plan_has_its_text_in_both_languages_and_every_text_is_asked_for():
    code = "".join(file.read_text("utf-8") for file in (ROOT / "ingest/plan").glob("*.py"))
    of_kinds = {f"{kind}.{name}": text for kind, texts in REMARKS.items() for name, text in texts.items()}
    asked = set(re.findall(rf'"((?:{"|".join(REMARKS)})\.\w+)"', code))
    asked |= {f"missing_column.{name}" for names in REQUIRED.values() for name in names}
    asked |= {"unread_cell.no_number", "unread_cell.no_percentage"}
    assert asked == of_kinds.keys()
    unlike = {name for name, text in of_kinds.items() if fields(text["vi"]) != fields(text["en"])}
    assert unlike == {"in_doubt.divided_again"}  # a decimal comma and a point


def test_vietnamese_is_written_as_an_office_does():
    assert not [name for name, text in VI.items() if re.search(r"≥|\bNone\b|\b(null|true|false)\b", text)]


@pytest.mark.parametrize(
    ("value", "target", "shown"),
    [
        ("49.3012", "50", "49,3%"),
        ("52.8950", None, "52,9%"),
        ("52.8850", None, "52,89%"),
        ("49.9950", "50", "49,995%"),  # 50 would have met its target
        ("50.0012", "50", "50,0012%"),
        ("50.0000", "50", "50%"),
        ("100", "100", "100%"),
    ],
)
def test_a_percentage_has_two_decimals_unless_that_would_move_it_to_its_target(value, target, shown):
    row = {"value": Decimal(value), "target_value": target and Decimal(target)}
    assert filled("{value:%}", row, "vi") == shown
    assert filled("{value:%}", row, "en") == shown.replace(",", ".")


def test_the_number_in_full_is_what_it_was():
    assert rounded(Decimal("49.3012")) == Decimal("49.30")


def test_changes_have_their_sign_times_are_those_of_vietnam_and_spans_say_the_year_once():
    row = {"change": Decimal("-0.6988"), "at": datetime(2024, 3, 5, 18, 30, tzinfo=UTC), "first": "2024-01"}
    assert filled("{change:+} điểm phần trăm", row, "vi") == "−0,7 điểm phần trăm"
    assert texts.text("status.last_run", "vi", at=row["at"]).endswith("01:30 ngày 06/03/2024 (giờ Việt Nam)")
    spans = {
        ("2024-01", "2024-06"): "từ tháng 1 đến tháng 6 năm 2024",
        ("2023-12", "2024-02"): "từ tháng 12 năm 2023 đến tháng 2 năm 2024",
        ("2024-Q1", "2024-Q2"): "từ quý I đến quý II năm 2024",
        ("2023", "2024"): "từ năm 2023 đến năm 2024",
        ("2024-01", "2024-01"): "tháng 1 năm 2024",
    }
    for (first, last), written in spans.items():
        assert filled("{period_id:period}", {"period_id": first, "period_to": last}, "vi") == written


@pytest.mark.parametrize(
    ("codes", "vi", "en"),
    [
        ("PL02.15", "Phụ lục 02, mục 15", "Appendix 02, item 15"),
        ("PL01.I.4, PL01.II.2.7a", "Phụ lục 01, các mục I.4, II.2.7a", "Appendix 01, items I.4, II.2.7a"),
        (
            "PL02.1 – PL03.1",
            "Phụ lục 02, mục 1 – Phụ lục 03, mục 1",
            "Appendix 02, item 1 – Appendix 03, item 1",
        ),
        (
            "PL02.8, PL03.9",
            "Phụ lục 02, mục 8, Phụ lục 03, mục 9",
            "Appendix 02, item 8, Appendix 03, item 9",
        ),
    ],
)
def test_items_of_appendices_are_called_as_the_document_calls_them(codes, vi, en):
    assert filled("{listed:item}", {"listed": codes}, "vi") == vi
    assert filled("{listed:item}", {"listed": codes}, "en") == en


@pytest.mark.parametrize(
    ("template", "row", "written"),
    [
        ("{count:indicator|indicators}", {"count": 1}, "1 indicator"),
        ("{count:indicator|indicators}", {"count": 12}, "12 indicators"),
        ("{count:indicator|indicators}", {"count": 0}, "0 indicators"),
        ("{n:task has|tasks have} no lead", {"n": Decimal("1.0000")}, "1 task has no lead"),
        ("{n:task|tasks}", {"n": 1250}, "1,250 tasks"),
        ("{met:met|missed}", {"met": False}, "missed"),
        ("{raw:printed}", {"raw": "65,66%"}, "65.66%"),
        ("{raw:printed}", {"raw": "116.133/235.558"}, "116,133/235,558"),
        ("{raw:printed}", {"raw": "> 1.234,5"}, "> 1,234.5"),
        ("{raw:printed}", {"raw": "49,3% (line 3); 50% (line 7)"}, "49.3% (line 3); 50% (line 7)"),
        ("“{raw}”", {"raw": "65,66%"}, "“65,66%”"),
    ],
)
def test_english_counts_and_writes_numbers_as_english_does(template, row, written):
    assert filled(template, row, "en") == written


def test_what_a_plan_prints_stays_so_in_vietnamese():
    assert filled("{raw:printed}", {"raw": "65,66% (line 3)"}, "vi") == "65,66% (dòng 3)"
