"""WeChat stands in for itself."""

from tests.foundation.weixin import pushing, weixin

__all__ = ["pushing", "weixin"]
