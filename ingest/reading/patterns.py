"""Words that more than one reader knows, as parts of patterns over plain text (`wording.plain`, `match_key`).
What columns are headed, and what titles may say, is in headings.yml.
"""

NOTE = r"(?:ghi chu|luu y|chu thich|chu y)"  # which a note begins with
FOOTNOTE = r"(?:\(\*+\)|\*)"
PERIOD = r"(?:thang|quy|nam|ky)"
CUMULATED = r"(?:luy ke|cong don)"
SHARE = r"(?:ty le|ti le)"
DISTRICT = r"(?:huyen|h|thi xa|tx|thanh pho|tp)"
COMMUNE = r"(?:xa|phuong|thi tran|tt)"
# Kinds of units in full, and short.
KIND_OF_UNIT = r"(?:huyen|thi xa|thanh pho|xa|phuong|thi tran)"
SHORT_KINDS = {"thi xa": "tx", "thanh pho": "tp", "thi tran": "tt", "huyen": "h"}
DOCUMENT = (
    r"(?:cong van|quyet dinh|ke hoach|thong tu|nghi dinh|nghi quyet|chi thi|huong dan|to trinh|thong bao"
    r"|van ban|luat|giay moi|phuong an)"
)
