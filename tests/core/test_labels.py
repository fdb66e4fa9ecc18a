"""A labelled value is the plain value to programs."""

import pickle
from typing import cast

import pytest
from pydantic import BaseModel

from backend.core.labels import Labelled


class Light(Labelled):
    RED = "red", "红灯"
    GREEN = "green", "绿灯"

    @property
    def is_go(self) -> bool:
        return self is Light.GREEN


class Crossing(BaseModel):
    light: Light


def test_it_is_its_value() -> None:
    assert Light("red") is Light.RED
    assert Light.RED == "red"
    assert f"{Light.RED}" == str(Light.RED) == cast(str, Light.RED.value) == "red"
    assert hash(Light.RED) == hash("red")
    assert list(Light) == ["red", "green"]
    assert Light.GREEN.is_go
    assert pickle.loads(pickle.dumps(Light.RED)) is Light.RED
    with pytest.raises(ValueError, match="blue"):
        Light("blue")


def test_it_has_its_name() -> None:
    assert [one.label for one in Light] == ["红灯", "绿灯"]


def test_models_take_and_give_the_value() -> None:
    assert Crossing.model_validate({"light": "red"}).light is Light.RED
    assert Crossing(light=Light.RED).model_dump_json() == '{"light":"red"}'
    assert Crossing.model_json_schema()["$defs"]["Light"]["enum"] == ["red", "green"]
