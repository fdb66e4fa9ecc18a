"""How often: `"10/minute"` by caller, counted in Redis.

When Redis is gone, what guards a door (`closed=True`: login, payment) stays shut, and everything
else is counted by this process alone.
"""

from functools import lru_cache
from ipaddress import ip_address, ip_network

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from backend.core import cache
from backend.core.errors import TooMany, Unavailable

CLOSED = "暂时无法确认身份，请稍后再试"
_alone = FixedWindowRateLimiter(MemoryStorage())

_COUNT = """
local seen = redis.call('incr', KEYS[1])
if seen == 1 then redis.call('expire', KEYS[1], ARGV[1]) end
return seen
"""


@lru_cache(maxsize=256)
def _rule(text: str) -> RateLimitItem:
    return parse(text)


async def hit(rule: str, key: str, *, closed: bool = False) -> None:
    """Count one use. Raises TooMany beyond the rule; Unavailable when closed without Redis."""
    item = _rule(rule)
    try:
        seen = await _count(item, key)
    except cache.GONE as error:
        if closed:
            raise Unavailable(CLOSED) from error
        if not await _alone.hit(item, key):
            raise TooMany(rule=rule) from error
        return
    if seen > item.amount:
        raise TooMany(rule=rule)


async def check(rule: str, key: str, *, closed: bool = False) -> None:
    """Count nothing: for what counts only once it is known to have gone wrong. Raises as `hit`
    would."""
    item = _rule(rule)
    try:
        seen = await cache.redis().get(_name(item, key))
    except cache.GONE as error:
        if closed:
            raise Unavailable(CLOSED) from error
        if not await _alone.test(item, key):
            raise TooMany(rule=rule) from error
        return
    if int(seen or 0) >= item.amount:
        raise TooMany(rule=rule)


async def _count(item: RateLimitItem, key: str) -> int:
    client = cache.redis()
    answer = client.eval(_COUNT, 1, _name(item, key), str(item.get_expiry()))
    return int(await answer)


def _name(item: RateLimitItem, key: str) -> str:
    return f"limit:{item.key_for(key)}"


async def forget(rule: str, key: str) -> None:
    """Start the count anew, as after a success."""
    await cache.delete(_name(_rule(rule), key))


def network(address: str) -> str:
    """As whom to count an address: one of IPv6 stands for its /64, which is one subscriber's."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if ip.version == 6 and ip.ipv4_mapped is None:
        return str(ip_network((ip, 64), strict=False))
    return str(ip if ip.version == 4 else ip.ipv4_mapped)
