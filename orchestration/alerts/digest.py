"""A digest in words, Vietnamese first, as it stands in the file, the e-mail and the webhook's `text`."""

from datetime import datetime

from orchestration.publication.vietnamese import clock

NAMES = {
    "failed": ("Lượt chạy không thành công", "failed run"),
    "blocked": ("Chặn công bố", "blocks publication"),
    "silent": ("Quá thời hạn cập nhật", "silence"),
    "late": ("Chậm báo cáo", "late source"),
    "error": ("Lỗi", "error"),
    "warning": ("Cảnh báo", "warning"),
}
PARTS = {
    "new": ("Mới phát sinh", "New"),
    "over": ("Không còn phát hiện", "Over"),
    "still_open": ("Chưa khắc phục", "Still open"),
}
MADE_UP = "SỐ LIỆU GIẢ ĐỊNH / made-up data"


def subject(digest: dict) -> str:
    """One line, for a subject or a log."""
    new, over, still_open = (len(digest[part]) for part in PARTS)
    made_up = f"[{MADE_UP}] " if digest["is_made_up"] else ""
    return (
        f"{made_up}dxkpi: {new} nội dung mới, {over} không còn phát hiện, {still_open} chưa khắc phục"
        f" / {new} new, {over} over, {still_open} still open"
    )


def summary(digest: dict) -> str:
    """The digest in one line of progress, with what is new and no finding spelt out."""
    new, over, still_open = (len(digest[part]) for part in PARTS)
    urgent = [one["en"] for one in digest["new"] if one["kind"] in ("blocked", "silent", "late")]
    counts = f"alerts: {new} new, {over} over, {still_open} still open, {digest['accepted']} accepted"
    return "; ".join([counts, *urgent]) + " (alerts/latest.txt)"


def first_lines(digest: dict) -> str:
    """How much there is, when, and of which release."""
    made_at = datetime.fromisoformat(digest["made_at"])
    lines = [
        *(subject(digest), ""),
        f"Lập lúc {clock(made_at)} / made at {made_at:%Y-%m-%d %H:%M} UTC",
        f"Bản công bố / release: {digest['release_id'] or 'chưa có / none yet'}",
    ]
    return "\n".join(lines) + "\n"


def text(digest: dict) -> str:
    lines = first_lines(digest).splitlines()
    if digest["accepted"]:
        lines.append(f"Đã chấp nhận, không nhắc lại / accepted, not listed: {digest['accepted']}")
    for part, (vi, en) in PARTS.items():
        lines += ["", f"== {vi} / {en}: {len(digest[part])} =="]
        for one in digest[part]:
            name_vi, name_en = NAMES[one["kind"]]
            lines += [f"- [{name_vi} / {name_en}] {one['vi']}", f"  {one['en']}"]
            if part == "new" and one.get("action_vi"):
                lines.append(f"  Việc cần làm: {one['action_vi']} / {one['action_en']}")
    return "\n".join(lines) + "\n"
