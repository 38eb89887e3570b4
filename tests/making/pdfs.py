"""Small PDFs as tests need them: text and lines at given places, in points from the lower left.

All letters are half as wide as the font is high; codes of the text are UTF-16, as most programs write.
"""

import zlib

# name: (base font, whether its codes are known)
FONTS = {"F1": ("Times", True), "F2": ("Times-Bold", True), "F3": ("AAAAAA+Times", False)}
EIGHT_BIT = {"V1": ".VnTime", "V2": ".VnTimeH", "V3": "VNI-Times"}
TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def "
    b"1 begincodespacerange <0000> <FFFF> endcodespacerange "
    b"255 beginbfrange "
    + b" ".join(b"<%02X00> <%02XFF> <%02X00>" % (i, i, i) for i in range(255))
    + b" endbfrange endcmap end end"
)


def text(
    x: float, y: float, words: str, size: float = 12, font: str = "F1", turn: int = 0, rise: float = 0
) -> str:
    codes = words.encode("latin-1" if font in EIGHT_BIT else "utf-16-be").hex()
    a, b = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[turn]
    return f"BT /{font} {size} Tf {rise} Ts {a} {b} {-b} {a} {x} {y} Tm <{codes}> Tj ET"


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{x0} {y0} m {x1} {y1} l S"


def grid(xs: list[float], ys: list[float]) -> str:
    """The lines around cells."""
    across = [line(xs[0], y, xs[-1], y) for y in ys]
    return "\n".join(across + [line(x, ys[0], x, ys[-1]) for x in xs])


def table(xs: list[float], top: float, rows: list[list[str]], height: float = 20, lines: bool = True) -> str:
    """Cells of one line each, with lines around them, or between rows only."""
    ys = [top - height * i for i in range(len(rows) + 1)]
    drawn = [grid(xs, ys)] if lines else [line(xs[0], y, xs[-1], y) for y in ys]
    for row, y in zip(rows, ys, strict=False):
        drawn += [text(x + 4, y - 14, cell) for x, cell in zip(xs, row, strict=False) if cell]
    return "\n".join(drawn)


def picture(width: float, height: float, x: float = 0, y: float = 0) -> str:
    return f"q {width} 0 0 {height} {x} {y} cm /Im Do Q"


def pdf(
    *pages: str, size: tuple[int, int] = (595, 842), rotate: int = 0, packed: bytes | None = None
) -> bytes:
    """`packed` stands for the content of the first page, as compressed."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    def stream(body: bytes, about: bytes = b"") -> int:
        return add(b"<< /Length %d %s >> stream\n%s\nendstream" % (len(body), about, body))

    known = stream(TO_UNICODE)
    fonts = []
    for name, (base, is_known) in FONTS.items():
        told = add(
            b"<< /Type /FontDescriptor /FontName /%s /Flags 4 /Ascent 800 /Descent -200 /CapHeight 700 "
            b"/ItalicAngle 0 /StemV 80 /FontBBox [0 -200 1000 800] >>" % base.encode()
        )
        below = add(
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%s /DW 500 /FontDescriptor %d 0 R "
            b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
            % (base.encode(), told)
        )
        codes = b"/ToUnicode %d 0 R" % known if is_known else b""
        whole = (
            b"<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H "
            b"/DescendantFonts [%d 0 R] %s >>"
        )
        fonts.append(b"/%s %d 0 R" % (name.encode(), add(whole % (base.encode(), below, codes))))
    for name, base in EIGHT_BIT.items():
        widths = b"/FirstChar 0 /LastChar 255 /Widths [%s]" % b" ".join([b"500"] * 256)
        told = add(b"<< /Type /FontDescriptor /FontName /%s /Flags 4 /Descent -200 >>" % base.encode())
        font = (
            b"<< /Type /Font /Subtype /TrueType /BaseFont /%s /Encoding /WinAnsiEncoding %s "
            b"/FontDescriptor %d 0 R >>"
        )
        fonts.append(b"/%s %d 0 R" % (name.encode(), add(font % (base.encode(), widths, told))))
    image = stream(
        b"\x80",
        b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray",
    )
    resources = b"<< /Font << %s >> /XObject << /Im %d 0 R >> >>" % (b" ".join(fonts), image)
    kids = []
    for number, page in enumerate(pages):
        body = packed if packed and not number else zlib.compress(page.encode())
        content = stream(body, b"/Filter /FlateDecode")
        box = b"[0 0 %d %d]" % size
        about = b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Rotate %d /Resources %s /Contents %d 0 R >>"
        kids.append(add(about % (box, rotate, resources, content)))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (
        b" ".join(b"%d 0 R" % k for k in kids),
        len(kids),
    )
    made, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % locator for locator in places)
    made += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(made)
