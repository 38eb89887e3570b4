"""Releases: what the warehouse says, as files that never change once they can be seen.

Reads the warehouse, writes below `published/`. Nothing here decides what a number means.
"""

from orchestration.publication.manifest import damages_of
from orchestration.publication.release import (
    Release,
    comparable,
    current,
    next_moment,
    publish,
    release_folders,
    releases,
    rollback,
    verify_copy,
)

__all__ = [
    "Release",
    "comparable",
    "current",
    "damages_of",
    "next_moment",
    "publish",
    "release_folders",
    "releases",
    "rollback",
    "verify_copy",
]
