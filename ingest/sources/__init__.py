"""Where numbers come from, beside the plan.

Each module here is one source and offers:
    COLUMNS   the landed table's columns; one tall shape for all, under the source's own names
    parse     turn the bytes of one file into a `reading.Reading`: rows of COLUMNS, and rows set aside
              with their reason; Refused where the file as a whole is not understood
    download  where it can be fetched: the bodies of a period, as received
"""

from ingest.sources import dvc_portal, published_figures, telecom, unit_reports, vneid

SOURCES = {
    "published_figures": published_figures,
    "dvc_portal": dvc_portal,
    "vneid": vneid,
    "telecom": telecom,
    "unit_reports": unit_reports,
}
