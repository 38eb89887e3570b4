"""A plan as bytes: encodings, page breaks, and what is refused."""

import pytest
from making.gia_lai import broken, gia_lai

from ingest import plan
from ingest.errors import Refused
from ingest.plan.document import read_document


def paragraphs(text: str) -> list[str]:
    return [paragraph.text for paragraph in read_document("made-up.md", text.encode()).paragraphs]


def test_every_table_has_the_declared_columns_and_types():
    for name, frame in gia_lai().items():
        assert dict(frame.schema) == plan.TABLES[name]


def test_the_plan_says_whose_it_is():
    assert gia_lai()["plan_documents"].select(
        "title", "issuer", "province", "year", "result_year"
    ).rows() == [
        (
            "Kế hoạch Chuyển đổi số tỉnh Gia Lai năm 2024",
            "Ủy ban nhân dân tỉnh Gia Lai",
            "Gia Lai",
            2024,
            2023,
        )
    ]


def test_a_sentence_goes_on_after_a_page_break_only_in_lower_case_and_when_it_was_not_ended():
    assert paragraphs("- Tỷ lệ thuê bao đạt 65,6%; tỷ\n\nlệ hộ gia đình đạt 55,5%.") == [
        "- Tỷ lệ thuê bao đạt 65,6%; tỷ lệ hộ gia đình đạt 55,5%."
    ]
    assert len(paragraphs("- Câu thứ nhất.\n\ncâu thứ hai")) == 2
    assert len(paragraphs("- Câu chưa hết\n\nCâu khác")) == 2
    assert len(paragraphs("- Câu chưa hết\n\nb) Tồn tại, hạn chế: không có.")) == 2
    assert len(paragraphs("- Câu chưa hết\n\n- mục khác")) == 2


def test_a_comment_is_no_part_of_the_document():
    assert paragraphs("<!-- 100% of this\nis not there -->\n\nCòn lại.") == ["Còn lại."]


@pytest.mark.parametrize(
    ("body", "locator"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\x00", "is empty"),
        (b"Chuy\xea\xaan", "byte 5"),
        (b"%PDF-1.7 ...", "the PDF ends before its end"),
        (b"PK\x03\x04...", "the archive is damaged"),
        ("Một bài báo về chuyển đổi số, đạt 50%.".encode(), "whole file"),
        (b"ok\n\x01\x02", "line 2"),
    ],
)
def test_what_is_no_text_or_no_plan_is_refused_in_one_line(body, locator):
    with pytest.raises(Refused) as refused:
        plan.read("letter.md", body)
    message = str(refused.value)
    assert message.startswith(f"letter.md: {locator}")
    assert "\n" not in message


def test_a_plan_of_targets_alone_is_a_plan():
    tables = broken("target_without_percentage")
    assert tables["plan_tasks"].height == tables["plan_indicators"].height == 0


@pytest.mark.parametrize("body", [b"", b"\xef\xbb\xbf", b" \r\n\t\n", b"\0\0"])
def test_an_empty_file_is_said_to_be_empty(body):
    with pytest.raises(Refused, match="is empty"):
        plan.read("a.docx", body)
