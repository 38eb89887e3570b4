"""Prints docs/graph.txt, all that Dagster shows, as text to be read; see `make docs`.

Groups come in the order in which they depend on each other, assets with what they are made from.
"""

import textwrap
import warnings
from collections.abc import Iterator
from graphlib import TopologicalSorter

import dagster as dg

HEAD = """\
Assets, checks, jobs, sensors and schedules as Dagster shows them; written by `make docs`.
A group comes after all that it depends on. `<-` what an asset is made from, `?` what is checked of it.
"""


def lines() -> Iterator[str]:
    from orchestration.definitions import defs

    repository = defs.get_repository_def()
    graph = repository.asset_graph
    nodes = sorted((graph.get(key) for key in graph.get_all_asset_keys()), key=lambda node: node.key)
    yield from HEAD.splitlines()
    for group in groups(graph):
        yield from ("", f"# {group}")
        for node in (node for node in nodes if node.group_name == group):
            yield f"{named(node.key)}  [{', '.join(sorted(node.kinds))}] {', '.join(node.owners)}"
            yield from wrapped(f"{(node.description or '').strip()}", "    ")
            if parents := ", ".join(sorted(map(named, node.parent_keys))):
                yield from wrapped(f"<- {parents}", "    ")
            for key in sorted(node.check_keys, key=lambda key: key.name):
                spec = graph.get_check_spec(key)
                stops = "!" if spec.blocking else ""
                yield from wrapped(f"? {key.name}{stops}: {spec.description}", "    ")
    about = [
        ("jobs", [job for job in repository.get_all_jobs() if not job.name.startswith("__")]),
        ("sensors", repository.sensor_defs),
        ("schedules", repository.schedule_defs),
    ]
    for kind, found in about:
        yield from ("", f"# {kind}")
        for one in sorted(found, key=lambda one: one.name):
            when = f" ({one.cron_schedule})" if isinstance(one, dg.ScheduleDefinition) else ""
            yield f"{one.name}{when}"
            yield from wrapped(one.description or "", "    ")


def groups(graph) -> list[str]:
    """In the order of what depends on what. Raises graphlib.CycleError where two groups need each other."""
    needs: dict[str, set[str]] = {}
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        needed = needs.setdefault(node.group_name, set())
        needed |= {graph.get(parent).group_name for parent in node.parent_keys} - {node.group_name}
    return list(TopologicalSorter({name: sorted(needs[name]) for name in sorted(needs)}).static_order())


def named(key: dg.AssetKey) -> str:
    return key.to_user_string()


def wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), 118, initial_indent=indent, subsequent_indent=indent + "  ")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print("\n".join(lines()))
