"""The data directory: who holds it, what is in it, and whether it is as it was written."""
