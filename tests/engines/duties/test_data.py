"""The duty list is whole: what the source publishes about it, and what the matcher needs of it."""

from collections import Counter

import pytest

from backend.engines.duties import data
from backend.engines.duties.data import Item

ITEMS = data.items()
CLASS_SIZES = {"A": 8, "B": 13, "C": 11, "D": 6, "E": 8}
DEPARTMENTS = {
    "住房和城乡建设局",
    "街道办事处",
    "市场监督管理局",
    "发展和改革局",
    "供电公司",
    "综合行政执法局",
    "自然资源和规划局",
    "水利局",
    "公用事业服务中心",
    "工业和信息化局",
    "生态环境局",
    "公安局",
    "公安局交警大队",
    "消防救援大队",
    "卫生健康局",
    "民政局",
}


def code(item: Item) -> str:
    return item.code


def test_five_classes_with_forty_six_items() -> None:
    assert Counter(item.class_code for item in ITEMS) == CLASS_SIZES
    assert len(ITEMS) == 46


def test_codes_count_up_within_their_class_and_names_are_unique() -> None:
    expected = [f"{name}{n:02}" for name, size in CLASS_SIZES.items() for n in range(1, size + 1)]
    assert [item.code for item in ITEMS] == expected
    assert len({item.item for item in ITEMS}) == 46


def test_exactly_the_sixteen_departments() -> None:
    named = {item.lead for item in ITEMS} | {one for item in ITEMS for one in item.co}
    assert named == DEPARTMENTS
    assert len(DEPARTMENTS) == 16


@pytest.mark.parametrize("item", ITEMS, ids=code)
def test_an_item_is_complete(item: Item) -> None:
    assert item.kind in data.KINDS
    assert item.grade in ("yellow", "orange", "red")
    assert item.lead not in item.co
    assert 3 <= len(item.steps) <= 6
    assert 3 <= len(item.examples) <= 5
    assert len([word for word, weight in item.words.items() if weight >= 3]) >= 8
    assert set(item.deadlines) <= {"contact", "arrive", "done"}
    assert all(hours > 0 for hours in item.deadlines.values())


@pytest.mark.parametrize("item", ITEMS, ids=code)
def test_an_article_is_cited_by_law_number_and_gist(item: Item) -> None:
    for article in item.law:
        assert article.article[0] == "第"
        assert article.article[-1] == "条"
        assert article.law
        assert len(article.gist) >= 8


@pytest.mark.parametrize("item", ITEMS, ids=code)
def test_words_are_written_as_they_are_looked_up(item: Item) -> None:
    for word in (*item.words, *item.orange, *item.red):
        parts = word.split("+")
        assert word == data.normalise(word)
        assert len(parts) <= 2
        assert all(parts)


def test_words_of_all_kinds_and_topics_are_known() -> None:
    assert set(data.kinds()) == set(data.KINDS)
    assert all(data.kinds().values())
    assert len(data.topics()) >= 5
    assert set(data.alarms()) == {"red", "orange", "calm", "fear", "dread"}


def test_a_longer_word_weighs_no_less_than_a_shorter_inside_it() -> None:
    found = data.weights({"decisive": ["供暖"], "plain": ["集中供暖", "取暖"], "against": ["地暖"]})
    assert found == {"供暖": 4.5, "集中供暖": 4.5, "取暖": 1.5, "地暖": -2.0}


@pytest.mark.parametrize(
    ("written", "read"),
    [("ＫＴＶ　太吵", "ktv太吵"), ("停 水\n了", "停水了"), ("您好_x000D_漏水", "您好漏水")],
)
def test_text_is_made_plain(written: str, read: str) -> None:
    assert data.normalise(written) == read
