"""The project's models as dbt compiled them, run in memory on any landed folder, without dbt's start-up time."""

import json
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb


class CompiledModels:
    """`data` is a data directory that has been built; its compiled SQL names its own landed folder."""

    def __init__(self, data: Path, needed: list[str]):
        self.landed = data / "landed"
        target = data / "warehouse" / "dbt"
        nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
        models = {i: n for i, n in nodes.items() if n["resource_type"] == "model"}
        before = {i: [d for d in n["depends_on"]["nodes"] if d in models] for i, n in models.items()}
        wanted, queue = set(), [i for i, n in models.items() if n["name"] in needed]
        while queue:
            if (model := queue.pop()) not in wanted:
                wanted.add(model)
                queue += before[model]
        self.statements = []
        for model in TopologicalSorter({i: before[i] for i in sorted(wanted)}).static_order():
            node = models[model]
            sql = (target / "compiled" / "dxkpi" / node["original_file_path"]).read_text(encoding="utf-8")
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            self.statements.append(f"create {kind} {node['schema']}.{node['name']} as {sql}")
        self.schemas = sorted({node["schema"] for node in models.values()})

    def run(self, landed: Path) -> duckdb.DuckDBPyConnection:
        """A database in memory with every needed model built from `landed`."""
        database = duckdb.connect(config={"threads": 1})
        database.execute("attach ':memory:' as warehouse; use warehouse; set timezone = 'UTC'")
        for schema in self.schemas:
            database.execute(f"create schema {schema}")
        for statement in self.statements:
            database.execute(statement.replace(str(self.landed), str(landed)))
        return database
