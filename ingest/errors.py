"""What a user is told when something is refused."""


class Refused(Exception):
    """Input that cannot be used. The message is one line: file, place, what was expected, what to do."""
