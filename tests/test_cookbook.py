"""The cookbook's queries give the answers that stand there."""

import re
import sys

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "docs"))
import cookbook
import howto

PAGE = cookbook.PAGE.read_text(encoding="utf-8")
QUESTIONS = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
FLAT = {file.stem for file in (ROOT / "dbt_project/models/marts/flat").glob("*.sql")}
OF_A_NEWCOMER = 10


@pytest.mark.parametrize("release", ["release", "demo"])
def test_each_query_gives_the_answer_that_stands_below_it(request, release):
    run = request.getfixturevalue({"release": "published", "demo": "demo"}[release])
    answers = {
        block[1]: (block[3], cookbook.answer(run.release / "dxkpi.duckdb", block[1]))
        for block in cookbook.BLOCK.finditer(PAGE)
        if block[2] == release
    }
    assert len(answers) > 8
    for query, (shown, found) in answers.items():
        assert found == shown, f"{query}: as docs/cookbook.py finds it:\n{found}"


def test_there_are_enough_questions_and_none_is_left_without_an_answer():
    assert len(QUESTIONS) >= 24
    assert [int(question.split(".")[0]) for question in QUESTIONS] == list(range(1, len(QUESTIONS) + 1))
    answered = sum(1 for _ in cookbook.BLOCK.finditer(PAGE))
    assert answered == len(re.findall(r"^```sql$", PAGE, re.MULTILINE)) >= len(QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS[:OF_A_NEWCOMER], ids=lambda question: question.split("\n")[0])
def test_a_newcomer_asks_one_flat_table(question):
    query = re.search(r"```sql\n(.*?)```", question, re.DOTALL)[1]
    assert re.findall(r"\b(?:from|join)\s+([\w.]+)", query) in [[table] for table in FLAT]


def test_the_how_tos_in_python_print_what_stands_below_them(published):
    shown = howto.blocks(howto.PAGE.read_text(encoding="utf-8"), "python")
    assert len(shown) >= 4
    for code, expected in shown:
        if howto.IBIS in code:  # `make howtos` runs it
            continue
        assert howto.run_python(code, published.data / "published") == expected
