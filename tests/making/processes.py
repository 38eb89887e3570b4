"""Processes that tests start."""

# Seconds, ten times what the slowest takes on a slow machine: what takes longer will not end at all.
HANGS = 3600
