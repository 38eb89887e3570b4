"""Where numbers come from, beside the plan.

Each module here is one source and offers:
    COLUMNS   the landed table's columns; one tall shape for all, under the source's own names
    parse     turn the bytes of one file into rows of COLUMNS; Refused on anything not understood
"""

from ingest.sources import dvc_portal, published_figures, vneid

SOURCES = {
    "published_figures": published_figures,
    "dvc_portal": dvc_portal,
    "vneid": vneid,
}
