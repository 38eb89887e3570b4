"""Processes that tests start."""

# Seconds, four times what the slowest takes: what takes longer will not end at all.
HANGS = 1000
