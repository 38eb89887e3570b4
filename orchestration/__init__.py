"""The wiring: which asset depends on which, what checks it, when it runs, how it is published."""

import gc

# Dagster, dbt and its project are a million objects that stay. To look through them for what is left over
# after 700 new ones, as Python does, takes a sixth of the CPU of a small build.
gc.set_threshold(50_000, 20, 100)
