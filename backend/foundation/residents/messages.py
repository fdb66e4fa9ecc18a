"""What residents and staff are told about bindings."""

from backend.foundation.notify.messages import Template

CONFIRMED = Template(
    "residents.binding_confirmed",
    "房屋绑定已通过",
    "您与{place}的绑定已经确认，可以为这一户报修和反映问题。",
)
REFUSED = Template("residents.binding_refused", "房屋绑定未通过", "{place}：{reason}")
ASKED = Template("residents.binding_asked", "有居民申请绑定房屋", "{place}，请核实后确认。")
