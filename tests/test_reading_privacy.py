"""A file that tells of single persons is refused; the message has the place and never the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.sheets import as_zip

from ingest.errors import Refused
from ingest.reading import grids, refuse_personal_bytes, refuse_personal_data, refuse_personal_text


def check(text: str) -> None:
    refuse_personal_data("x.csv", grids("x.csv", text.encode()))


# Made numbers and names: no such person is known.
@pytest.mark.parametrize(
    ("text", "locator", "secret"),
    [
        ("Đơn vị,Số\nHuyện A,064089001234\n", "row 2, column 2", "064089001234"),
        ("Đơn vị,Số\nHuyện A,５\nHuyện B,０６４０８９００１２３４\n", "row 3, column 2", "０６４"),
        ("Đơn vị,Ghi chú\nHuyện A,CCCD 064 089 001234 đã cấp\n", "row 2, column 2", "089"),
        ("Đơn vị,Ghi chú\nHuyện A,liên hệ 0912345678\n", "row 2, column 2", "0912345678"),
        ("Đơn vị,Ghi chú\nHuyện A,0912.345.678\n", "row 2, column 2", "345"),
        ("Đơn vị,Ghi chú\nHuyện A,+84 912 345 678\n", "row 2, column 2", "912"),
        ("Đơn vị,Ghi chú\nHuyện A,0269 đến 091 234 5678\n", "row 2, column 2", "5678"),
        ("Họ và tên,Ngày sinh\nKsor H'Lan,1/2/1980\n", "row 2, column 1", "Lan"),
        ("Tên,Ngày\nNguyễn Văn Mẫu,01/02/1980\n", "row 2, column 1", "Mẫu"),
        ('Đơn vị,Ghi chú\nHuyện A,"Trần Thị Mẫu, sinh ngày 3/4/1975"\n', "row 2, column 2", "Mẫu"),
        ("STT,Số CCCD\n1,64089001234\n", "row 2, column 2", "64089001234"),
        ("Đơn vị,Ghi chú\nHuyện A,0640 8900 1234\n", "row 2, column 2", "8900"),
        ("Đơn vị,Ghi chú\nHuyện A,064.089.001.234\n", "row 2, column 2", "089"),
        ("Đơn vị,Ghi chú\nHuyện A,0 6 4 0 8 9 0 0 1 2 3 4\n", "row 2, column 2", "8 9"),
        ("Đơn vị,Ghi chú\nHuyện A,09.12.34.56.78\n", "row 2, column 2", "34"),
        ("Đơn vị,Ghi chú\nHuyện A,091 2345678\n", "row 2, column 2", "2345678"),
        ("Đơn vị,Ghi chú\nHuyện A,CCCD: 64089001234\n", "row 2, column 2", "64089001234"),
        ("Đơn vị,Ghi chú\nHuyện A,CMND số 230 123 456\n", "row 2, column 2", "123"),
        ("Đơn vị,Ghi chú\nHuyện A,ĐT 912345678\n", "row 2, column 2", "912345678"),
        ("Đơn vị,Ghi chú\nHuyện A,gửi về mau.nguyen@example.com\n", "row 2, column 2", "mau"),
        ("Đơn vị,Số định danh cá nhân\nHuyện A,64089001234\n", "row 2, column 2", "64089001234"),
        (
            "Tên,Số\nNguyễn Văn Mẫu,64089001234\nTrần Thị Mẫu,64189001235\nSiu Mẫu,64289001236\n",
            "row 2, column 2",
            "64089001234",
        ),
        ("STT,Số điện thoại\n1,912345678\n", "row 2, column 2", "912345678"),
    ],
)
def test_personal_data_is_refused_at_its_place_without_its_text(text, locator, secret):
    with pytest.raises(Refused) as caught:
        check(text)
    assert caught.value.code == "personal_data"
    assert caught.value.locator == locator
    assert secret not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "Đơn vị,Số\nHuyện A,1.257.210\nHuyện B,123456789012\n",
        "Đơn vị,Mã,Đến ngày\nThành phố Pleiku,000.00.00.H21,22/03/2025\n",
        "Đơn vị,Tài khoản định danh điện tử đã cấp,Số điện thoại thông minh\nHuyện A,912345678,912345678\n",
        "Đơn vị,Số\nHồ Chí Minh,5\n",
        "Đơn vị,Ngày thành lập\nĐài Phát thanh - Truyền hình,1/9/1991\n",
        "Đơn vị,Ghi chú\nSở A,ĐT: 0269.3824.404\n",
        "Đơn vị,Số,Tỷ lệ\nHuyện Đức Cơ,0,0.123456789012\n",
        "a,b\n01/02/2024 123456,01.02.2024 12.345.678\n",
        "Đơn vị,Người lập\nHuyện A,Nguyễn Văn Mẫu\n",
        "Đơn vị,Cập nhật\nHuyện A,2025-03-22 15:00\n",
        "Đơn vị,Di động\nHuyện A,1.257.210\nHuyện B,912.345\n",
        "Đơn vị,Số CCCD đã cấp\nHuyện A,825.384\nHuyện B,1.257.210\n",
        "Đơn vị,Ghi chú\nHuyện A,Cấp CCCD đến 31.12.2024: 125000\n",
        "Đơn vị,Ghi chú\nHuyện A,Liên hệ vanthu@gialai.gov.vn\n",
        "Đơn vị,Kỳ\nHuyện A,01-2024 - 06-2024\nHuyện B,01.01.2024-31.03.2024\nHuyện C,012024-032024\n",
        "Người lập,Kinh phí\nNguyễn Văn Mẫu,350000000\n",
        "Đơn vị,0905 đến 0999\nHuyện A,1 905 123 456\n",
    ],
)
def test_counts_units_days_and_office_numbers_are_no_personal_data(text):
    check(text)


@given(st.integers(0, 10**13), st.sampled_from([",", "."]))
def test_no_count_however_printed_is_taken_for_a_person(count, mark):
    check(f"Đơn vị;Số;Số\nHuyện A;{count};{f'{count:,}'.replace(',', mark)}\n")


def test_bytes_that_are_no_table_are_looked_at_too():
    for body in ("Kính gửi\nCCCD 064089001234".encode(), "x\n064089001234\n".encode("utf-16")):
        with pytest.raises(Refused) as caught:
            refuse_personal_bytes("x", body)
        assert caught.value.locator == "line 2"
    refuse_personal_bytes("x", "Tổng 1.257.210".encode())


def test_a_file_without_a_readable_table_is_searched_in_what_it_packs():
    with pytest.raises(Refused) as caught:
        refuse_personal_bytes("x.zip", as_zip({"a.bin": b"", "b/b.xml": b"<t>0912345678</t>"}))
    assert caught.value.code == "personal_data"
    for name in ("Danh sách 0912345678.csv", "064089001234.csv"):
        with pytest.raises(Refused) as caught:
            grids("x.zip", as_zip({name: b"a,b"}))
        assert caught.value.code == "personal_data"
        assert name[:-4] not in str(caught.value)


@pytest.mark.parametrize(
    "page",
    [
        "<!-- CCCD 064089001234 -->{}",
        "{}<p>Liên hệ 0912 345 678</p>",
        "<div title='0912345678'>{}</div>",
        "{}<a href='mailto:mau@example.com'>hỏi</a>",
        "{}<p style='display:none'>0912345678</p>",
    ],
)
def test_a_page_is_searched_in_all_that_it_holds(page):
    with pytest.raises(Refused) as caught:
        check(page.format("<table><tr><td>Đơn vị<td>Số<tr><td>A<td>5</table>"))
    assert caught.value.code == "personal_data"
    assert not any(secret in str(caught.value) for secret in ("064", "0912", "mau"))


def test_a_text_that_stands_in_no_cell_is_refused_without_its_words():
    with pytest.raises(Refused, match="the name of the file: holds a phone number") as caught:
        refuse_personal_text("a file", "0912345678.csv", "the name of the file")
    assert "0912" not in str(caught.value)
