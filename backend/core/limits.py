"""How often: `"10/minute"` by caller, counted in Redis.

When Redis is gone, what guards a door (`closed=True`: login, payment) stays shut, and everything
else is counted by this process alone.
"""

from functools import lru_cache

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from backend.core import cache
from backend.core.errors import TooMany, Unavailable

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
            raise Unavailable("暂时无法确认身份，请稍后再试") from error
        if not await _alone.hit(item, key):
            raise TooMany(rule=rule) from error
        return
    if seen > item.amount:
        raise TooMany(rule=rule)


async def _count(item: RateLimitItem, key: str) -> int:
    name = f"limit:{item.key_for(key)}"
    client = cache.redis()
    answer = client.eval(_COUNT, 1, name, str(item.get_expiry()))
    return int(await answer)


async def forget(rule: str, key: str) -> None:
    """Start the count anew, as after a success."""
    await cache.delete(f"limit:{_rule(rule).key_for(key)}")
