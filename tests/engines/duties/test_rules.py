"""Reading a demand: right duty, honest sureness, kind, grade, and learning within bounds."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.engines.duties import data, rules
from tests.engines.duties.samples import SAMPLES

BOOK = rules.packaged()
ITEMS = data.items()
WORDS = sorted(part for word in BOOK.votes for part in word.split("+"))
CODES = sorted(BOOK.items)
spoken = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=6)), max_size=12).map("".join)
codes = st.one_of(st.none(), st.sampled_from(CODES))


@pytest.mark.parametrize(
    ("said", "code"), [(said, item.code) for item in ITEMS for said in item.examples]
)
def test_every_example_of_the_list_comes_first_at_its_duty(said: str, code: str) -> None:
    assert rules.read(BOOK, said).matches[0].code == code


@pytest.mark.parametrize(("said", "code"), [one for one in SAMPLES if one[1]])
def test_plain_speech_finds_its_duty(said: str, code: str) -> None:
    assert rules.read(BOOK, said).matches[0].code == code


@pytest.mark.parametrize("said", [said for said, code in SAMPLES if code is None])
def test_what_is_not_on_the_list_is_never_sure(said: str) -> None:
    assert not rules.read(BOOK, said).sure


def test_most_plain_sentences_are_sure_and_none_wrongly() -> None:
    readings = [(rules.read(BOOK, said), code) for said, code in SAMPLES if code]
    sure = [(reading, code) for reading, code in readings if reading.sure]
    assert len(sure) >= 0.7 * len(readings)
    assert all(reading.matches[0].code == code for reading, code in sure)


@given(text=st.one_of(st.text(), spoken), title=st.one_of(st.text(max_size=30), spoken))
def test_any_text_is_read_and_every_word_named_stands_in_it(text: str, title: str) -> None:
    reading = rules.read(BOOK, text, title)
    plain = data.normalise(title) + "\n" + data.normalise(text)
    said = [*reading.kind_words, *reading.grade_words]
    for match in reading.matches:
        assert 0.0 <= match.sureness <= 1.0
        assert match.words
        said += match.words
    assert all(word in plain for word in said)
    assert len(reading.matches) <= 3
    order = [match.sureness for match in reading.matches]
    assert order == sorted(order, reverse=True)
    assert not reading.sure or reading.matches[0].sureness >= rules.SURE
    assert reading == rules.read(BOOK, text, title)


@given(spoken)
def test_blanks_width_and_case_change_nothing(text: str) -> None:
    spaced = " ".join(text.replace("\ufeff", "")).upper()
    if data.normalise(spaced) == data.normalise(text):
        assert rules.read(BOOK, spaced) == rules.read(BOOK, text)


def test_a_greeting_says_nothing() -> None:
    plain = rules.read(BOOK, "楼道灯不亮，晚上摸黑上楼")
    assert rules.read(BOOK, "尊敬的张书记您好！楼道灯不亮，晚上摸黑上楼") == plain


def test_a_word_inside_a_longer_one_is_not_heard() -> None:
    reading = rules.read(BOOK, "希望给老楼加装电梯")
    assert "B04" not in [match.code for match in reading.matches]
    assert "电梯" not in reading.matches[0].keys
    assert rules.read(BOOK, "电梯又停了").matches[0].keys == ("电梯+停", "电梯")


def test_the_title_weighs_more_than_the_text() -> None:
    text = "小区里还有人遛狗不牵绳"
    assert rules.read(BOOK, text).matches[0].code == "C11"
    assert rules.read(BOOK, text, "楼下烧烤店油烟扰民").matches[0].code == "C04"


def test_a_rival_and_a_matter_outside_make_less_sure() -> None:
    assert rules.sureness(9, 0, 0) > rules.sureness(9, 5, 0) > rules.sureness(9, 5, 5)
    assert rules.sureness(9, 0, 0) > rules.sureness(3, 0, 0) > rules.sureness(0, 0, 0) == 0
    alone = rules.read(BOOK, "路灯不亮")
    among = rules.read(BOOK, "村委会征收宅基地，公路硬化，路灯不亮")
    assert alone.sure
    assert not among.sure
    assert among.elsewhere


def test_a_landmark_is_not_the_matter() -> None:
    there = rules.read(BOOK, "人民医院对面占道经营的小贩太多")
    assert there.sure
    assert there.matches[0].code == "C03"


@pytest.mark.parametrize(
    ("said", "grade"),
    [
        ("楼道里煤气味很重，可能漏气", "red"),
        ("电梯停在半路，有人被困", "red"),
        ("门口井盖不见了", "red"),
        ("楼上扔酒瓶，高空抛物", "red"),
        ("配电箱着火了", "red"),
        ("万一着火了消防车都进不来", "orange"),
        ("着火了怎么办，消防通道都堵着", "orange"),
        ("家里停水一天了", "orange"),
        ("三楼下水道堵了", "orange"),
        ("电瓶车推进电梯上楼充电", "orange"),
        ("物业费收费标准不透明", "yellow"),
        ("马路上交通堵塞严重", "yellow"),
        ("广场舞音响太吵", "yellow"),
        ("电梯又停了，老人困在里面", "red"),
        ("奶奶在家摔倒起不来", "red"),
    ],
)
def test_danger_raises_the_grade(said: str, grade: str) -> None:
    reading = rules.read(BOOK, said)
    assert reading.grade == grade
    if grade == "red":
        assert reading.grade_words


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("厨房水管漏水，请师傅来修一下", "repair"),
        ("投诉楼下歌厅半夜扰民", "complaint"),
        ("建议在小区门口增设充电桩", "suggestion"),
        ("请问低保怎么申请，需要什么材料", "help"),
        ("楼道里的灯一直闪", "repair"),
        ("希望小区增加儿童滑梯", "suggestion"),
        ("我妈妈一个人在家摔倒了", "help"),
        ("你好", "help"),
        ("", "help"),
    ],
)
def test_the_kind_is_guessed(said: str, kind: str) -> None:
    assert rules.read(BOOK, said).kind == kind


def test_a_correction_moves_the_next_reading() -> None:
    said = "楼顶的水箱间被人占了当仓库"
    weights: dict[tuple[str, str], float] = {}
    before = rules.read(BOOK, said)
    wrong = before.matches[0].code
    assert wrong != "E01"
    for _ in range(12):
        learned = by_word(weights)
        reading = rules.read(BOOK, said, learned=learned)
        keys = {key for match in reading.matches for key in match.keys}
        weights |= rules.learn(weights, keys, wrong, "E01")
    after = rules.read(BOOK, said, learned=by_word(weights))
    assert after.matches[0].code == "E01"
    assert rules.read(BOOK, "广场舞音响太吵", learned=by_word(weights)).matches[0].code == "C06"


def test_what_was_learned_of_a_duty_no_longer_listed_is_ignored() -> None:
    learned = {"路灯": {"Z99": 2.0}}
    assert rules.read(BOOK, "路灯不亮", learned=learned) == rules.read(BOOK, "路灯不亮")


@given(st.lists(st.tuples(st.lists(st.sampled_from(WORDS), max_size=6), codes, codes), max_size=40))
def test_learning_never_leaves_its_bounds(
    corrections: list[tuple[list[str], str | None, str | None]],
) -> None:
    weights: dict[tuple[str, str], float] = {}
    for words, wrong, right in corrections:
        changed = rules.learn(weights, words, wrong, right)
        assert {code for _, code in changed} <= {wrong, right} - {None}
        weights |= changed
    assert all(-rules.LIMIT < delta < rules.LIMIT for delta in weights.values())


def test_learning_goes_the_right_way_and_nowhere_without_words() -> None:
    changed = rules.learn({}, ["路灯"], "B12", "D02")
    assert changed[("路灯", "B12")] < 0 < changed[("路灯", "D02")]
    assert rules.learn({}, [], "B12", "D02") == {}
    assert rules.learn({}, ["路灯"], "B12", "B12") == {}
    assert set(rules.learn({}, ["路灯"], "B12", None)) == {("路灯", "B12")}


def test_reading_is_fast() -> None:
    texts = [said for said, _ in SAMPLES]
    started = time.process_time()
    for said in texts:
        rules.read(BOOK, said)
    assert (time.process_time() - started) / len(texts) < 0.005  # 0.1 ms on an idle machine


@pytest.mark.parametrize(
    "said", ["物业停水" * 2000, "施工噪音" * 2000, "".join(WORDS), "着火" * 5000]
)
def test_a_text_made_to_be_slow_is_not(said: str) -> None:
    started = time.process_time()
    rules.read(BOOK, said, said)
    assert time.process_time() - started < 0.5  # 20 ms on an idle machine


def by_word(weights: dict[tuple[str, str], float]) -> dict[str, dict[str, float]]:
    nested: dict[str, dict[str, float]] = {}
    for (word, code), delta in weights.items():
        nested.setdefault(word, {})[code] = delta
    return nested
