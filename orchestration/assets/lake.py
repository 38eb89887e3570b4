"""What dbt_project/profiles.yml names as the plugin of a lake: dbt's connections get what one needs."""

from dbt.adapters.duckdb.plugins import BasePlugin

from orchestration.state import engine


class Plugin(BasePlugin):
    def configure_connection(self, conn):
        engine.prepare(conn)

    def configure_cursor(self, cursor):
        cursor.execute(f"use {engine.LAKE_CATALOG}")
