"""What a user is told when something is refused."""


class Refused(Exception):
    """Input that cannot be used. The message is one line: the file, the place, what was expected, what to do."""
