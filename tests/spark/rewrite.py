"""The SQL of the models, which is DuckDB's, as Spark's: by sqlglot, and by rules of ours for what it leaves
as it is or what means something else there. Needs sqlglot in Python alone: its compiled form takes no rules.

Rules of a whole statement are functions of a tree, `RULES` are by kind of expression.
"""

import re
import unicodedata

from pyspark.sql import SparkSession
from sqlglot import ErrorLevel, exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.spark import Spark
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema
from sqlglot.tokens import TokenType

NAMES = {
    "epoch_us": "unix_micros",
    "list_intersect": "array_intersect",
    "row": "struct",
    "try_strptime": "try_to_timestamp",
}
FORMATS = {"%Y%m%dT%H%M%SZ": "yyyyMMdd'T'HHmmss'Z'"}
STEPS = 4  # of a recursion that is written out; organisations change less often in the years that are counted
BEGINNING = "0001-01-01 00:00:00+00"
FILTER = "{filter}"  # where the filter or the window of an aggregate goes that is within other functions


class Models(DuckDB):
    INDEX_OFFSET = 0  # positions in lists stay as they are written, from 1

    class Parser(DuckDB.Parser):
        FUNCTIONS = DuckDB.Parser.FUNCTIONS | {"LEN": exp.ArraySize.from_arg_list}
        ID_VAR_TOKENS = DuckDB.Parser.ID_VAR_TOKENS | {TokenType.BETWEEN}
        TABLE_ALIAS_TOKENS = DuckDB.Parser.TABLE_ALIAS_TOKENS | {TokenType.BETWEEN}


def spark_sql(sql: str, schema: MappingSchema) -> str:
    """A select of DuckDB as one of Spark; `schema` has the tables it reads, in DuckDB's types."""
    tree = Models().parse(sql)[0]
    reads_files = False
    for table in tree.find_all(exp.Table):
        if table.catalog:
            table.set("catalog", None)
        elif "/" in table.name:
            reads_files = True
            table.set("db", exp.to_identifier("parquet"))
            table.set("this", exp.to_identifier(re.sub(r"(/[*])*/[*][.]parquet$", "", table.name)))
    if not reads_files:  # staging only names columns, and nothing knows those of files
        tree = qualify(
            tree,
            schema=schema,
            dialect="duckdb",
            quote_identifiers=False,
            validate_qualify_columns=False,
            isolate_tables=False,
        )
        annotate_types(tree, schema=schema, dialect="duckdb")
    for rule in (_unions_by_name, _series, _exists_in_joins, _recursions, _unnested, _qualified):
        rule(tree)
    # what a named window leaves out is said to be unsupported; who uses it writes it out
    written = Target().generate(tree, identify=True, unsupported_level=ErrorLevel.IGNORE)
    return written.replace(FILTER, "")


def prepare(spark: SparkSession) -> None:
    """Functions of DuckDB that Spark lacks, for a session."""
    plain = {chr(code): unicodedata.normalize("NFD", chr(code))[0] for code in range(0xC0, 0x1F00)}
    plain = {letter: base for letter, base in plain.items() if letter != base}
    marks = "".join(map(chr, range(0x300, 0x370)))
    letters = f"translate(x, '{''.join(plain)}{marks}', '{''.join(plain.values())}')"
    spark.sql(f"create or replace temporary function strip_accents(x string) returns string return {letters}")
    spark.udf.register("nfc_normalize", lambda text: text and unicodedata.normalize("NFC", text))


def _unions_by_name(tree: exp.Expression) -> None:
    """Spark has none: the columns of both sides in one order, null where a side has none of that name."""
    for union in reversed([*tree.find_all(exp.SetOperation, bfs=False)]):
        if not union.args.get("by_name"):
            continue
        names = dict.fromkeys([*union.left.named_selects, *union.right.named_selects])
        for select in (*_selects(union.left), *_selects(union.right)):
            found = {one.alias_or_name: one for one in select.expressions}
            select.set("expressions", [found.get(name) or exp.alias_(exp.null(), name) for name in names])
        union.set("by_name", None)


def _selects(query: exp.Expression) -> list[exp.Select]:
    if isinstance(query, exp.SetOperation):
        return [*_selects(query.left), *_selects(query.right)]
    return [query] if isinstance(query, exp.Select) else _selects(query.this)


def _series(tree: exp.Expression) -> None:
    """Numbers in sequence as a table."""
    for table in [*tree.find_all(exp.Table)]:
        if isinstance(table.this, exp.GenerateSeries):
            numbers = exp.select(exp.alias_(exp.Explode(this=table.this.copy()), "generate_series"))
            table.replace(numbers.subquery(table.alias))


def _exists_in_joins(tree: exp.Expression) -> None:
    """What Spark has only in a "where" goes there, from inner joins."""
    for join in tree.find_all(exp.Join):
        condition = join.args.get("on")
        if condition and condition.find(exp.Exists) and not join.side:
            join.parent.where(condition.copy(), copy=False)
            join.set("on", exp.true())


def _recursions(tree: exp.Expression) -> None:
    """Spark's have no union without "all" and no window: STEPS of them, an error where that is too few."""
    for cte in [*tree.find_all(exp.CTE)]:
        union, name = cte.this, cte.alias
        if not isinstance(union, exp.SetOperation) or all(
            one.name != name for one in union.right.find_all(exp.Table)
        ):
            continue
        is_distinct = bool(union.args.get("distinct"))
        if not is_distinct and not union.right.find(exp.Window):
            continue
        queries = [union.left.copy()]
        for step in range(STEPS + 1):
            query = union.right.copy()
            for table in query.find_all(exp.Table):
                if table.name == name and not table.db:
                    table.replace(exp.to_table(f"{name}_{step}").as_(table.alias_or_name))
            queries.append(query)
        parts = [exp.select("*").from_(f"{name}_{step}") for step in range(len(queries))]
        too_long = exp.func("raise_error", exp.Literal.string(f"{name}: more than {STEPS} steps"))
        parts[-1] = parts[-1].where(too_long.is_(exp.null()))
        cte.set("this", exp.union(*parts, distinct=is_distinct))
        made = [
            exp.CTE(this=query, alias=exp.TableAlias(this=exp.to_identifier(f"{name}_{step}")))
            for step, query in enumerate(queries)
        ]
        others = cte.parent.expressions
        at = others.index(cte)
        cte.parent.set("recursive", False)
        cte.parent.set("expressions", [*others[:at], *made, *others[at:]])


def _unnested(tree: exp.Expression) -> None:
    """Several lists side by side in a select; Spark has one there."""
    for select in tree.find_all(exp.Select):
        found = [one for one in select.expressions if isinstance(one.unalias(), exp.Explode)]
        if len(found) > 1:
            zipped = exp.func("inline", exp.func("arrays_zip", *(one.unalias().this for one in found)))
            names = [exp.to_identifier(one.alias) for one in found]
            found[0].replace(exp.Aliases(this=zipped, expressions=names))
            for one in found[1:]:
                one.pop()


def _qualified(tree: exp.Expression) -> None:
    """What becomes the condition of a query around this one knows its columns by their names alone."""
    for qualified in tree.find_all(exp.Qualify):
        for column in [*qualified.find_all(exp.Column)]:
            if not column.find_ancestor(exp.Window, exp.Subquery):
                column.set("table", None)


def _function(self, node):
    name, arguments = node.name.lower(), node.expressions
    if name == "hash":  # Spark's own is the same for (a, null) and (null, a), and may be below zero
        texts = [f"COALESCE(CAST({self.sql(one)} AS STRING), '~')" for one in arguments]
        digits = f"HEX(XXHASH64(CONCAT_WS('|', {', '.join(texts)})))"
        return f"CAST(CONV({digits}, 16, 10) AS DECIMAL(20, 0))"
    if name == "list_sum":
        add = "(a, b) -> CAST(COALESCE(a + b, a, b) AS DECIMAL(38, 4))"
        return f"AGGREGATE({self.sql(arguments[0])}, CAST(NULL AS DECIMAL(38, 4)), {add})"
    if name == "list_where":
        listed, chosen = (self.sql(one) for one in arguments)
        return f"FILTER({listed}, (one, at) -> GET({chosen}, at))"
    if name == "list_median":
        listed = f"ARRAY_SORT({self.sql(arguments[0])})"
        places = (f"(SIZE({listed}) - 1) DIV 2", f"SIZE({listed}) DIV 2")
        low, high = (f"GET({listed}, CAST({place} AS INT))" for place in places)
        kind = arguments[0].type
        whole = _whole(kind.expressions[0] if kind is not None and kind.expressions else None)
        if not whole:
            return f"(({low} + {high}) / 2)"
        return f"CAST(FLOOR(({low} + {high}) * {whole[0]} / 2) * {whole[1]} AS DECIMAL(18, 4))"
    if name == "to_months":
        return self.func("MAKE_YM_INTERVAL", exp.Literal.number(0), *arguments)
    if name == "timezone":
        zone, moment = (self.sql(one) for one in arguments)
        local = f"CAST({moment} AS TIMESTAMP_NTZ)"
        if arguments[1].name.lower() == "timezone":  # of a moment; else of a local time
            return f"CONVERT_TIMEZONE('UTC', {zone}, {local})"
        return f"CAST(CONVERT_TIMEZONE({zone}, 'UTC', {local}) AS TIMESTAMP)"
    if name == "try_strptime":
        arguments = [arguments[0], exp.Literal.string(FORMATS[arguments[1].name])]
    return self.func(NAMES.get(name, name), *arguments)


def _cast(self, node):
    """Keys that are made of a digest, 64 bits of it, are decimals in Spark."""
    digits, what = None, node.this
    if what.name == "-infinity":  # before every moment; Spark has no such
        return f"TIMESTAMP '{BEGINNING}'"
    if node.to.this == exp.DataType.Type.UBIGINT:
        if isinstance(what, exp.BitwiseRightShift) and what.this.name.lower() == "md5_number":
            digits = f"RIGHT(MD5({self.sql(what.this.expressions[0])}), 16)"
        elif isinstance(what, exp.DPipe) and what.this.name == "0x":
            digits = self.sql(what.expression)
    if digits:
        return f"CAST(CONV({digits}, 16, 10) AS DECIMAL(20, 0))"
    if isinstance(what.unnest(), exp.Div) and node.to.is_type("decimal"):
        # a double that looks like a half is one to Spark, which goes by its digits; DuckDB goes by its bits
        ratio, power = self.sql(what), f"1E{node.to.expressions[1].name}D"
        rounded = f"SIGN({ratio}) * FLOOR(ABS(({ratio}) * {power}) + 0.5D) / {power}"
        return f"CAST({rounded} AS {self.sql(node.to)})"
    return self.cast_sql(node)


def _bracket(self, node):
    (at,) = node.expressions
    if not isinstance(at, exp.Slice):
        return self.func("TRY_ELEMENT_AT", node.this, at)
    length = self.sql(at, "expression") or f"SIZE({self.sql(node.this)})"
    return f"SLICE({self.sql(node.this)}, {self.sql(at, 'this') or 1}, {length})"


def _picked(name):
    """DuckDB passes over rows of which there is nothing to pick."""

    def sql(self, node):
        what = self.sql(node.this)
        return f"{name}({what}, CASE WHEN {what} IS NOT NULL THEN {self.sql(node.expression)} END)"

    return sql


def _list(self, node):
    """In its order, nulls last; null where there are no rows."""
    what, order = node.this, ()
    if isinstance(what, exp.Order):
        what, order = what.this, what.expressions
    if any(key.args.get("desc") for key in order):
        raise ValueError(f"a list in falling order: {node.sql()}")
    if isinstance(what, exp.Distinct):
        made = f"SORT_ARRAY(COLLECT_SET({self.sql(what.expressions[0])}){FILTER})"
    elif order:
        keys = ", ".join(f"{self.sql(key.this)} IS NULL, {self.sql(key.this)}" for key in order)
        rows = f"COLLECT_LIST(STRUCT({keys}, {self.sql(what)} AS listed)){FILTER}"
        made = f"TRANSFORM(ARRAY_SORT({rows}), one -> one.listed)"
    else:
        made = f"COLLECT_LIST({self.sql(what)}){FILTER}"
    return f"NULLIF({made}, ARRAY())"


def _joined(self, node):
    """By lists, as listagg of Spark 4.3 breaks off in some plans and has no order in a window."""
    texts = f"NULLIF(ARRAY_COMPACT({_list(self, node)}), ARRAY())"
    return f"ARRAY_JOIN({texts}, {self.sql(node, 'separator')})"


def _median(self, node):
    """DuckDB's of decimals has their decimals, rounded down between two of them; Spark's is a double."""
    whole, what = _whole(node.this.type), self.sql(node.this)
    if not whole:
        return f"MEDIAN({what}){FILTER}"
    return f"CAST(FLOOR(MEDIAN(({what}) * {whole[0]}){FILTER}) * {whole[1]} AS DECIMAL(18, 4))"


def _whole(kind: exp.DataType | None) -> tuple[int, str] | None:
    """By what a decimal becomes a whole number and that a decimal again; None for doubles. Four decimals,
    as values have, where sqlglot knows no type."""
    if kind is not None and kind.is_type("double"):
        return None
    scale = int(kind.expressions[1].name) if kind is not None and len(kind.expressions) == 2 else 4
    return 10**scale, f"{10**-scale:.{scale}f}"


WITHIN = (exp.ArrayAgg, exp.GroupConcat, exp.Median)  # aggregates that become something around an aggregate


def _filter(self, node):
    where = f" FILTER({self.sql(node.expression).strip()})"
    if isinstance(node.this, WITHIN):
        return self.sql(node.this).replace(FILTER, where)
    what, ignoring, _ = self.sql(node.this).partition(" IGNORE NULLS")  # which comes last
    return what + where + ignoring


def _window(self, node):
    """Spark's have no filter, and leave no row out."""
    what, over = node.this, _over(node)
    if isinstance(what, exp.Filter):
        what, condition = what.this.copy(), what.expression.this
        counted = exp.Literal.number(1) if isinstance(what.this, exp.Star) else what.this
        what.set("this", exp.case().when(condition.copy(), counted))
        node = node.copy()
        node.set("this", what)
    if not isinstance(what, WITHIN):
        return self.window_sql(node)
    spec = over.args.get("spec")
    if spec is None or not spec.args.get("exclude"):
        return self.sql(what).replace(FILTER, self.sql(over))
    halves = []
    for near, side in (("end", "preceding"), ("start", "following")):
        half = over.copy()
        half.args["spec"].set("exclude", None)
        half.args["spec"].set(near, exp.Literal.number(1))
        half.args["spec"].set(f"{near}_side", side)
        halves.append(f"COLLECT_LIST({self.sql(what.this)}){self.sql(half)}")
    return f"NULLIF(CONCAT({', '.join(halves)}), ARRAY())"


def _over(node: exp.Window) -> exp.Window:
    """The window without its function, also where the select names it."""
    select = node.parent_select
    named = {one.name: one for one in select.args.get("windows") or ()} if select else {}
    about = named.get(node.alias, node).copy()
    parts = {part: about.args.get(part) for part in ("partition_by", "order", "spec")}
    return exp.Window(this=exp.Var(this=""), over="OVER", **parts)


def _replaced(self, node):
    """Java writes groups as $1 and replaces all."""

    def dollars(part):
        return (
            exp.Literal.string(re.sub(r"\\(\d)", r"$\1", part.name))
            if isinstance(part, exp.Literal)
            else part
        )

    pattern = node.expression.name
    if "g" not in node.text("modifiers") and not (pattern.startswith("^") or pattern.endswith("$")):
        raise ValueError(f"only the first of several is replaced: {pattern}")
    return self.func(
        "REGEXP_REPLACE", node.this, node.expression, node.args["replacement"].transform(dollars)
    )


def _difference(self, node):
    """Days between two days are a number."""
    if node.this.is_type("date") and node.expression.is_type("date"):
        return self.func("DATEDIFF", node.this, node.expression)
    return self.binary(node, "-")


def _quotient(self, node):
    """DuckDB divides decimals as doubles."""
    return f"CAST({self.sql(node.this)} AS DOUBLE) / CAST({self.sql(node.expression)} AS DOUBLE)"


RULES = {
    exp.Anonymous: _function,
    exp.ArgMax: _picked("MAX_BY"),
    exp.ArgMin: _picked("MIN_BY"),
    exp.ArrayAgg: _list,
    exp.ArrayOverlaps: lambda self, node: self.func("ARRAYS_OVERLAP", node.this, node.expression),
    exp.ArraySize: lambda self, node: self.func("SIZE", node.this),
    exp.Bracket: _bracket,
    exp.Cast: _cast,
    exp.Div: _quotient,
    exp.Filter: _filter,
    exp.Format: lambda self, node: self.func("FORMAT_NUMBER", node.expressions[0], exp.Literal.number(4)),
    exp.GroupConcat: _joined,
    exp.Median: _median,
    exp.RegexpReplace: _replaced,
    exp.Sign: lambda self, node: f"CAST(SIGN({self.sql(node.this)}) AS INT)",
    exp.Sub: _difference,
    exp.Window: _window,
}


class Target(Spark):
    class Generator(Spark.Generator):
        TRANSFORMS = Spark.Generator.TRANSFORMS | RULES
        TYPE_MAPPING = Spark.Generator.TYPE_MAPPING | {
            exp.DataType.Type.UBIGINT: "DECIMAL(20, 0)",
            exp.DataType.Type.INT128: "DECIMAL(38, 0)",
        }
