"""Opens what WeChat seals with AES. Apart from the rest, for `wechatpy` takes 8 MB (its clients
come with it), and a process that no push reaches needs none of it."""

import struct

from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.exceptions import WeChatException


def opened(sealed: str, token: str, aes_key: str, appid: str) -> str:
    """The text inside. Raises ValueError for what this account's key does not open."""
    crypto = PrpCrypto(WeChatCrypto(token, aes_key, appid).key)
    try:
        return str(crypto.decrypt(sealed, appid))
    # The library checks neither padding nor length: broken input fails in many ways.
    except (WeChatException, ValueError, IndexError, struct.error) as error:
        raise ValueError("cannot be decrypted") from error
