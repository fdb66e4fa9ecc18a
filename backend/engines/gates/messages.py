"""What the staff are told about gates."""

from backend.foundation.notify.messages import Template

SILENT = Template(
    "gates.silent",
    "道闸离线",
    "{lot}的{gate}已经一段时间没有联系，请查看设备和网络。",
    is_urgent=True,
)
