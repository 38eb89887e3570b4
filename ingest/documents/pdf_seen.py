"""What of a PDF's page is seen: text that is clipped away or drawn without ink is left out.

LibreOffice and browsers draw parts of a cell or heading again on the next page and clip them away; scanners
put recognised text without ink over a picture.
"""

from pdfminer.layout import LTPage
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.utils import apply_matrix_pt
from pdfplumber.page import Page, PDFPageAggregatorWithMarkedContent

from ingest.documents.pdf_pages import Box

WITHOUT_INK = {3, 7}  # modes of drawing text


def lay_out(page: Page) -> list[str]:
    """Let the page hold only what is seen of it. Gives the runs of text that are not."""
    device = _Device(page.pdf.rsrcmgr, pageno=page.page_number, laparams=None)
    _Interpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    layout: LTPage = device.get_result()
    page._layout = layout  # which pdfplumber would make without a look at what is seen
    return device.unseen


class _Device(PDFPageAggregatorWithMarkedContent):
    clip: Box | None = None
    has_ink = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.unseen: list[str] = []
        self._below = None  # where the last letter that is not seen stands

    def render_char(self, *args, **kwargs) -> float:
        advance = super().render_char(*args, **kwargs)
        drawn = self.cur_item._objs[-1]
        if not self.has_ink or not self._shows((drawn.x0 + drawn.x1) / 2, (drawn.y0 + drawn.y1) / 2):
            self.cur_item._objs.pop()
            if self._below is None or abs(self._below - drawn.y0) > 1:
                self.unseen.append("")
            self.unseen[-1] += getattr(drawn, "get_text", str)()
            self._below = drawn.y0
        return advance

    def _shows(self, x: float, y: float) -> bool:
        if self.clip is None:
            return True
        x0, y0, x1, y1 = self.clip
        return x0 - 1 <= x <= x1 + 1 and y0 - 1 <= y <= y1 + 1


class _Interpreter(PDFPageInterpreter):
    """`clip` is the box around what is shown, `clips` those of the states that were put aside."""

    device: _Device

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.clip: Box | None = None
        self.clips: list[Box | None] = []

    def dup(self) -> "_Interpreter":
        within = super().dup()
        assert isinstance(within, _Interpreter)  # pdfminer makes one of this class
        within.clip = self.clip
        return within

    def do_q(self) -> None:
        super().do_q()
        self.clips.append(self.clip)

    def do_Q(self) -> None:
        super().do_Q()
        if self.clips:
            self.clip = self.clips.pop()

    def do_W(self) -> None:
        flat = [number for _, *numbers in self.curpath for number in numbers]
        points = [apply_matrix_pt(self.ctm, point) for point in zip(flat[::2], flat[1::2], strict=True)]
        if points:
            xs, ys = zip(*points, strict=True)
            x0, y0, x1, y1 = self.clip or (min(xs), min(ys), max(xs), max(ys))
            self.clip = max(x0, min(xs)), max(y0, min(ys)), min(x1, max(xs)), min(y1, max(ys))

    do_W_a = do_W

    def do_TJ(self, seq) -> None:
        self.device.clip, self.device.has_ink = self.clip, self.textstate.render not in WITHOUT_INK
        super().do_TJ(seq)
