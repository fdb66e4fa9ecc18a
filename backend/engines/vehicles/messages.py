"""What people and staff are told about vehicles."""

from backend.foundation.notify.messages import Template

CONFIRMED = Template(
    "vehicles.confirmed",
    "车辆登记已通过",
    "您登记的车辆 {plate} 已经确认，可以打印挪车码、办理停车。",
)
REFUSED = Template("vehicles.refused", "车辆登记未通过", "{plate}：{reason}")
ASKED = Template("vehicles.asked", "有居民登记车辆", "{place}登记了一辆车，请核实后确认。")
