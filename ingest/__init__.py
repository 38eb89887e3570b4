"""Bring the outside in: documents and extracts, unaltered in meaning, as typed Parquet."""
