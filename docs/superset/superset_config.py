"""Superset for one machine, on its loopback interface, with what it keeps in a file."""

import os

SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = f"sqlite:///{os.environ['SUPERSET_HOME']}/superset.db"
# A release is a file, which Superset holds for unsafe unless it is told otherwise.
PREVENT_UNSAFE_DB_CONNECTIONS = False
TALISMAN_ENABLED = False  # it would demand https
