"""Time in Việt Nam, where days begin and end for everyone who reports."""

from datetime import timedelta, timezone

ZONE = "Asia/Ho_Chi_Minh"
HANOI = timezone(timedelta(hours=7), ZONE)
