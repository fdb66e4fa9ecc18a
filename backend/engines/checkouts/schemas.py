"""What the API says about paying through WeChat."""

from pydantic import ConfigDict, Field

from backend.core.schemas import Answer


class PrepayOut(Answer):
    """The parameters of `wx.requestPayment`, as they are."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)

    time_stamp: str = Field(alias="timeStamp", examples=["1764000000"])
    nonce_str: str = Field(alias="nonceStr", examples=["5K8264ILTKCH16CQ2502SI8ZNMTM67VS"])
    package: str = Field(examples=["prepay_id=wx201410272009395522657a690389285100"])
    sign_type: str = Field(alias="signType", examples=["RSA"])
    pay_sign: str = Field(alias="paySign", examples=["oR9d8PuhnIc+YZ8cBHFCwfgpaK9gd7va…"])
