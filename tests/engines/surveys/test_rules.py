"""Every kind of question with good and bad answers; branches; sums; properties of all of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.engines.surveys import rules
from backend.engines.surveys.rules import Kind

AB = [{"key": "a", "text": "甲"}, {"key": "b", "text": "乙", "is_open": True}]
ABC = [*AB, {"key": "c", "text": "丙"}]
ROWS = [{"key": "r", "text": "早"}, {"key": "s", "text": "晚"}]


def question(kind: str, key: str = "q", **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": kind, "title": "题目"} | more


GOOD: list[tuple[dict[str, Any], Any, Any]] = [
    (question("single", options=AB), "a", "a"),
    (question("multiple", options=ABC), ["c", "a"], ["a", "c"]),
    (question("multiple", options=ABC, least=2, most=2), ["b", "c"], ["b", "c"]),
    (question("picture", options=[o | {"file_id": 1} for o in AB]), ["b"], ["b"]),
    (question("scale"), 5, 5),
    (question("scale", low=0, high=10), 0, 0),
    (question("number"), 12, "12"),
    (question("number", places=2), " 3.50 ", "3.50"),
    (question("number"), "-0", "0"),
    (question("text"), " 好 ", "好"),
    (question("date"), "2026-11-25", "2026-11-25"),
    (question("ranking", options=ABC), ["c", "a", "b"], ["c", "a", "b"]),
    (question("ranking", options=ABC, most=2), ["c", "a"], ["c", "a"]),
    (question("matrix", options=AB, rows=ROWS), {"s": "b", "r": "a"}, {"r": "a", "s": "b"}),
    (question("matrix", options=AB, rows=ROWS, is_required=False), {"s": "b"}, {"s": "b"}),
]
BAD: list[tuple[dict[str, Any], Any]] = [
    (question("single", options=AB), "z"),
    (question("single", options=AB), ["a"]),
    (question("multiple", options=ABC), "a"),
    (question("multiple", options=ABC), ["a", "a"]),
    (question("multiple", options=ABC), ["a", {}]),
    (question("multiple", options=ABC, most=2), ["a", "b", "c"]),
    (question("picture", options=[o | {"file_id": 1} for o in AB]), ["a", "b"]),
    (question("scale"), 0),
    (question("scale"), 6),
    (question("scale"), True),
    (question("scale"), 3.0),
    (question("number"), "1.5"),
    (question("number"), 1.5),
    (question("number"), "１２"),
    (question("number"), "1e9"),
    (question("number", low=1), 0),
    (question("number", high=9), "10"),
    (question("text"), "   "),
    (question("text", most=3), "四个字啊"),
    (question("text"), 7),
    (question("date"), "2026-02-30"),
    (question("date"), "0001-01-01"),
    (question("ranking", options=ABC), ["a", "b"]),
    (question("ranking", options=ABC), ["a", "a", "b"]),
    (question("ranking", options=ABC), ["a", "b", ["c"]]),
    (question("matrix", options=AB, rows=ROWS), {"r": "a"}),
    (question("matrix", options=AB, rows=ROWS), {"r": "a", "s": "z"}),
    (question("matrix", options=AB, rows=ROWS), {"r": "a", "s": "a", "t": "a"}),
    (question("single", options=AB), None),
]


@pytest.mark.parametrize(("asked", "given_", "kept"), GOOD)
def test_good_answers(asked: dict[str, Any], given_: Any, kept: Any) -> None:
    questions = rules.read([asked])
    assert rules.faults(questions) == {}
    assert rules.checked(questions, {"q": given_}) == ({"q": kept}, {})


@pytest.mark.parametrize(("asked", "given_"), BAD)
def test_bad_answers(asked: dict[str, Any], given_: Any) -> None:
    kept, wrong = rules.checked(rules.read([asked]), {"q": given_})
    assert (kept, set(wrong)) == ({}, {"q"})


def test_every_kind_is_tried() -> None:
    assert {one["kind"] for one, *_ in GOOD} == {one["kind"] for one, *_ in BAD} == set(Kind)
    assert set(rules.CHECKS) == set(Kind)


def test_what_nobody_asked_is_refused_and_what_is_left_empty_is_not_kept() -> None:
    questions = rules.read([question("text", is_required=False)])
    assert rules.checked(questions, {"q": ""}) == ({}, {})
    assert rules.checked(questions, {"x": "y"}) == ({}, {"x": "没有这道题"})


def test_something_beside_an_open_option() -> None:
    questions = rules.read([question("single", options=AB)])
    assert rules.checked(questions, {"q": "b", "q.other": " 别的 "})[0] == {
        "q": "b",
        "q.other": "别的",
    }
    assert rules.checked(questions, {"q": "a", "q.other": "别的"})[0] == {"q": "a"}
    assert "q" in rules.checked(questions, {"q": "b", "q.other": "长" * 101})[1]


BRANCHES = rules.read(
    [
        question("single", "a", options=AB),
        question("scale", "b", show_if=[{"question": "a", "any_of": ["b"]}]),
        question("text", "c", show_if=[{"question": "b", "at_most": 2}]),
    ]
)


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ({"a": "a"}, {"a": "a"}),
        ({"a": "a", "b": 1, "c": "为什么"}, {"a": "a"}),
        ({"a": "b", "b": 3, "c": "多余"}, {"a": "b", "b": 3}),
        ({"a": "b", "b": 2, "c": "不好"}, {"a": "b", "b": 2, "c": "不好"}),
    ],
)
def test_only_the_branch_taken_is_kept(given_: dict[str, Any], kept: dict[str, Any]) -> None:
    assert rules.checked(BRANCHES, given_) == (kept, {})


def test_a_question_on_the_branch_must_be_answered() -> None:
    assert set(rules.checked(BRANCHES, {"a": "b"})[1]) == {"b"}
    assert set(rules.checked(BRANCHES, {"a": "b", "b": 1})[1]) == {"c"}


@pytest.mark.parametrize(
    "broken",
    [
        [question("single", options=AB[:1])],
        [question("single", options=[AB[0], AB[0]])],
        [question("text"), question("text")],
        [question("picture", options=AB)],
        [question("matrix", options=AB)],
        [question("scale", low=1, high=12)],
        [question("scale", low=3, high=3)],
        [question("number", low=5, high=4)],
        [question("text", least=5, most=4)],
        [question("multiple", options=AB, most=3)],
        [question("ranking", options=AB, most=3)],
        [question("text", show_if=[{"question": "later", "any_of": ["a"]}])],
        [question("text", show_if=[{"question": "q", "any_of": ["a"]}])],
        [
            question("single", "a", options=AB),
            question("text", show_if=[{"question": "a", "any_of": ["z"]}]),
        ],
        [question("text", "a"), question("text", show_if=[{"question": "a", "any_of": ["z"]}])],
        [question("scale", "a"), question("text", show_if=[{"question": "a"}])],
    ],
)
def test_questions_that_cannot_be_asked(broken: list[dict[str, Any]]) -> None:
    assert rules.faults(rules.read(broken))


def test_what_answers_add_up_to() -> None:
    def tally(asked: dict[str, Any], *values: Any) -> dict[str, Any]:
        return rules.tally(rules.read([asked])[0], [{"q": value} for value in values] + [{}])

    assert tally(question("multiple", options=ABC), ["a", "b"], ["b"])["counts"] == {
        "a": 1,
        "b": 2,
    }
    scale = tally(question("scale"), 1, 2, 2)
    assert (scale["mean"], scale["median"], scale["answered"]) == ("1.67", "2", 3)
    number = tally(question("number", places=1), "0.1", "0.2")
    assert (number["mean"], number["low"], number["high"]) == ("0.15", "0.1", "0.2")
    assert tally(question("number")) == {"answered": 0, "texts": []}
    ranking = tally(question("ranking", options=AB), ["a", "b"], ["a", "b"], ["b", "a"])
    assert ranking["counts"] == {"a": 2, "b": 1}
    assert ranking["means"] == {"a": "1.33", "b": "1.67"}
    lines = tally(question("matrix", options=AB, rows=ROWS), {"r": "a", "s": "b"}, {"r": "a"})
    assert lines["lines"] == {"r": {"a": 2}, "s": {"b": 1}}


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=5,
)


@given(st.sampled_from([one for one, *_ in GOOD]), junk)
def test_whatever_is_sent_is_refused_or_kept_as_it_can_be_counted(
    asked: dict[str, Any], value: Any
) -> None:
    questions = rules.read([asked])
    kept, wrong = rules.checked(questions, {"q": value})
    assert not (kept and wrong)
    if kept:
        assert rules.checked(questions, kept) == (kept, {})
    rules.tally(questions[0], [kept])
