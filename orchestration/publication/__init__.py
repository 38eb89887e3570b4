"""Releases: what the warehouse says, as files that never change once they can be seen.

Reads the warehouse, writes below `published/`. Nothing here decides what a number means.
"""

from orchestration.publication.release import Release, current, publish, releases, rollback

__all__ = ["Release", "current", "publish", "releases", "rollback"]
