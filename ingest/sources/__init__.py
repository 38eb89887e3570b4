"""Where numbers come from, beside the plan.

Each module here is one source, by its name, and offers:
    parse     turn the bytes of one file into a `reading.Reading`: rows of `tall.COLUMNS`, under the source's
              own names, and rows set aside with their reason; Refused where the file as a whole is not
              understood
    download  where it can be fetched: the bodies of a period, as received
"""

import pkgutil
from importlib import import_module

SOURCES = {name: import_module(f"{__name__}.{name}") for _, name, _ in pkgutil.iter_modules(__path__)}
