"""One bad file stops nothing: among more than forty that do harm, each in its own way, one good file is
published by one run, which names every other one.
"""

import os
import random
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, Run, dxkpi
from test_reading_grids import workbook, zipped

CASES = Path(__file__).parent / "fixtures/cases"
OLD = Path(__file__).parent / "fixtures/reading/made_merged_error_hidden.xls"
SAMPLES = ROOT / "data/samples"
# Far more than any file here needs that is read, far less than those which would take all there is.
BOUNDS = {"DXKPI_READER_SECONDS": "45", "DXKPI_READER_MIB": "800"}
HEADER = "Đơn vị,Mã đơn vị,Đến ngày,Dân số trưởng thành\n"
GOOD = HEADER + "Thành phố Pleiku,622,31/03/2024,250123\n"
JANUARY = "Đơn vị,Dân số trưởng thành,Tài khoản đã kích hoạt\nHuyện Chư Păh,52100,20800\n"
CITIZEN = "064088001234"
UNTOLD = "Ten,So\nPleiku,7\n"


@dataclass(frozen=True)
class Poison:
    """A file of the inbox; what a run says on the line that names it, and whether it leaves it there."""

    path: str
    body: bytes
    said: str
    stays: bool = False
    named: str = ""

    @property
    def name(self) -> str:
        return self.named or self.path


def one(name: str, body: bytes | str, said: str, **more) -> Poison:
    path = name if "/" in name else f"vneid/2024-03/{name}"
    more.setdefault("named", path if more.get("stays") else Path(path).name)
    return Poison(path, body.encode() if isinstance(body, str) else body, said, **more)


def crashing() -> bytes:
    """An old workbook whose record of the sheet's size is absurd: a reader may end its process over it."""
    body = bytearray(OLD.read_bytes())
    size = body.index(b"\x00\x02\x0e\x00") + 4
    body[size : size + 12] = b"\0\0\0\0\xff\xff\xff\xff\0\0\xff\xff"
    return bytes(body)


def files() -> list[Poison]:
    sheet = workbook(lambda sheet: sheet.append(["Đơn vị", "Đến ngày", "Công dân thường trú"]))
    lines = (f"Thôn {number:07},622,31/03/2024,{number % 977}\n" for number in range(1_400_000))
    noise = random.Random(0).randbytes(5000)
    broken = {"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<b"}
    letter = {"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}
    return [
        # what is no table, or none that is known
        one("rong.csv", b"", "empty"),
        one("dong_trong.csv", "\n\n\n", "dong_trong.csv"),
        one("nhieu.csv", noise, "nhieu.csv"),
        one("khong_tieu_de.csv", UNTOLD, "headings"),
        one("trang_loi.xls", "<html><body><h1>502 Bad Gateway</h1></body></html>", "trang_loi.xls"),
        one("hong.json", '[{"a": 1', "hong.json"),
        one("long_nhau.json", "[" * 200_000, "long_nhau.json"),
        one("bang_ma.csv", GOOD.encode("utf-8")[:40] + b"\xff\xfe\x81\x8d" + noise, "bang_ma.csv"),
        one("ky_khac.csv", GOOD.replace("31/03", "30/04"), "is not in the period 2024-03"),
        # workbooks and archives
        one("cat_ngang.xlsx", sheet[: len(sheet) // 2], "cat_ngang.xlsx"),
        one("hong_ben_trong.xlsx", zipped(**broken), "hong_ben_trong.xlsx"),
        one("van_ban.docx", zipped(**letter), "van_ban.docx"),
        one("mat_khau.xlsx", OLD.read_bytes()[:512] + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        one("lam_dung_bo_doc.xls", crashing(), "lam_dung_bo_doc.xls"),
        one("o_rat_xa.xlsx", workbook(lambda s: s.__setitem__("XFD1048576", "x")), "o_rat_xa.xlsx"),
        one("bom.zip", zipped(**{"a.csv": b"a,b\n" * 5_000_000}), "bom.zip"),
        one("nen_long_nhau.zip", zipped(**{"a.zip": zipped(**{"a.csv": b"a"})}), "nen_long_nhau.zip"),
        one("nhieu_tep.zip", zipped(**{f"{n}.csv": b"" for n in range(10_001)}), "nhieu_tep.zip"),
        one("nen_rong.zip", zipped(), "nen_rong.zip"),
        # what takes all the memory or all the time
        one("ton_bo_nho.csv", HEADER + "".join(lines), "takes more than 800 MiB of memory"),
        one("bom_rowspan.xls", (CASES / "html-bom-rowspan.xls").read_bytes(), "bom_rowspan.xls"),
        # what came before, under another period
        one("vneid/2024-02/thang_truoc.csv", JANUARY, "the same bytes"),
        # names
        one("vneid/2024-03/" + "ề" * 80 + ".csv", UNTOLD + "1,1\n", "headings"),
        one("ký\ntự\x1b[31m.csv", UNTOLD + "2,2\n", "headings", named="ký\\ntự\\x1b[31m.csv"),
        one(os.fsdecode(b"b\xe1o.csv"), UNTOLD + "3,3\n", "headings", named="b\\xe1o.csv"),
        # places
        Poison("o_ngoai.csv", GOOD.encode(), "o_ngoai.csv: is not in a folder of a source", stays=True),
        one("vneis/2024-03/sai_nguon.csv", GOOD, "is not in a folder of a source", stays=True, named="vneis"),
        one("vneid/tháng 3/sai_ky.csv", GOOD, "names no period", stays=True),
        one("vneid/khong_ky.csv", GOOD, "nothing says its period", stays=True),
        one("vneid/2024-Q1/quy.csv", GOOD, "reports monthly", stays=True),
        one("vneid/2001-03/xa_xua.csv", GOOD, "is not among the periods", stays=True),
        # persons
        one("ca_nhan.csv", GOOD + f"Nguyễn Văn An,{CITIZEN},31/03/2024,1\n", "citizen number", stays=True,
            named="ca_nhan.csv"),
        one(f"báo cáo {CITIZEN}.csv", GOOD + "\n", "its name holds a citizen number", stays=True,
            named="a file of vneid ("),
    ]  # fmt: skip


def notes() -> list[Poison]:
    """Good files, each with a note that cannot be read."""
    found = []
    for note in sorted((CASES / "notes").glob("*.about.yml")):
        case = note.name.removesuffix(".about.yml")
        if case not in ("ngay-khong-nhay", "ky-la-so"):
            name = f"vneid/ghi_chu_{case}.csv"
            found.append(one(name + ".about.yml", note.read_bytes(), ": ", stays=True))
    return [*found, one("vneid/2024-03/mo_coi.csv.about.yml", "period: 2024-03\n", "is a note", stays=True)]


def make_no_files(folder: Path) -> list[Poison]:
    """Things that are no files."""
    (folder / "lien_ket.csv").symlink_to(SAMPLES / "vneid-2025-03-22.csv")
    (folder / "lien_ket_hong.csv").symlink_to(folder / "nowhere")
    (folder / "lien_ket_vong.csv").symlink_to(folder / "lien_ket_vong.csv")
    (folder / "thu_muc.csv").mkdir()
    os.mkfifo(folder / "ong.csv")
    here = os.getcwd()
    with socket.socket(socket.AF_UNIX) as made:
        os.chdir(folder)  # the address of a socket is short
        try:
            made.bind("o_cam.csv")
        finally:
            os.chdir(here)
    (folder / "mot_terabyte.csv").touch()
    os.truncate(folder / "mot_terabyte.csv", 1 << 40)
    return [
        one("lien_ket.csv", "", "is a link", stays=True),
        one("lien_ket_hong.csv", "", "is a link", stays=True),
        one("lien_ket_vong.csv", "", "is a link", stays=True),
        one("thu_muc.csv", "", "is a folder where a file belongs", stays=True),
        one("ong.csv", "", "is a pipe", stays=True),
        one("o_cam.csv", "", "is a socket", stays=True),
        one("mot_terabyte.csv", "", "has more than", stays=True),
    ]


def path_of(inbox: Path, poison: Poison) -> Path:
    return inbox / poison.path


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory) -> tuple[Run, Run, list[Poison]]:
    """What two runs said over an inbox of poison and one good file, and the poison."""
    data = tmp_path_factory.mktemp("poisoned")
    inbox = data / "inbox"
    poison = [*files(), *notes()]
    for file in poison:
        path_of(inbox, file).parent.mkdir(parents=True, exist_ok=True)
        path_of(inbox, file).write_bytes(file.body)
    for note in notes()[:-1]:
        path_of(inbox, note).with_name(Path(note.path).name.removesuffix(".about.yml")).write_text(
            GOOD, "utf-8"
        )
    poison += make_no_files(inbox / "vneid/2024-03")
    (inbox / "vneid/2024-03/tot.csv").write_text(GOOD, encoding="utf-8")
    (inbox / "vneid/2024-01").mkdir()
    (inbox / "vneid/2024-01/thang_gieng.csv").write_text(JANUARY, encoding="utf-8")
    reported = [dxkpi("run", data=data, **BOUNDS) for _ in range(2)]
    for result in reported:
        assert result.returncode == 0, result.stderr
    yield (*(Run(data, result.stdout, result.stderr) for result in reported), poison)
    shutil.rmtree(data)


def test_there_are_at_least_forty(poisoned):
    *_, poison = poisoned
    assert len({file.path for file in poison}) == len(poison) >= 40


def test_the_good_file_is_published(poisoned):
    run, _, _ = poisoned
    rows = run.query(
        """select org_id, o.period_id, value from marts.fct_observation as o
           join marts.dim_org using (org_key) join marts.dim_extract using (extract_id)
           where file_name = 'tot.csv'"""
    )
    assert [(org, period, int(value)) for org, period, value in rows] == [("pleiku", "2024-03", 250123)]


def test_every_other_file_is_named_with_its_reason_on_one_line(poisoned):
    run, _, poison = poisoned
    lines = run.stderr.splitlines()
    unnamed = [
        file.name for file in poison if not any(file.name in line and file.said in line for line in lines)
    ]
    assert unnamed == [], run.stderr


def test_what_was_set_aside_is_told_of_by_the_release(poisoned):
    run, _, poison = poisoned
    reported = {name for (name,) in run.query("select file_name from marts.fct_refused_file")}
    aside = {file.name for file in poison if not file.stays}
    assert aside <= reported and reported - aside == {None}  # of the two with personal data no name is kept
    findings = run.query("select message_vi from marts.fct_finding where rule_id = 'file_set_aside'")
    assert len(findings) == len(aside) + 2
    (again,) = [text for (text,) in findings if "thang_truoc.csv" in text]
    assert "cho kỳ hoặc nguồn khác (Báo cáo định danh điện tử của công an, tháng 1 năm 2024)" in again


def test_what_stays_is_named_again_at_the_next_run_and_nothing_else_is(poisoned):
    run, again, poison = poisoned
    assert again.stdout.startswith("Không có gì mới")
    lines = again.stderr.splitlines()
    for file in poison:
        assert os.path.lexists(path_of(run.data / "inbox", file)) is file.stays, file.path
        assert any(file.name in line and file.said in line for line in lines) is file.stays, file.name


def test_of_persons_nothing_is_written_anywhere(poisoned):
    run, again, _ = poisoned
    assert CITIZEN not in run.stdout + run.stderr + again.stdout + again.stderr
    for file in run.data.rglob("*"):
        if run.data / "inbox" in file.parents or file.is_dir():
            continue
        assert CITIZEN not in str(file)
        assert CITIZEN.encode() not in file.read_bytes(), file
    with duckdb.connect(str(run.release / "dxkpi.duckdb"), read_only=True) as database:
        assert database.execute(
            "select count(*) from marts.fct_refused_file where code = 'personal_data'"
        ).fetchone() == (2,)
