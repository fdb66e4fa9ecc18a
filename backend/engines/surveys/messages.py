"""What residents are told about surveys."""

from backend.foundation.notify.messages import Template as Template

PAGE = "/pages/surveys/fill?id={}"

OPENED = Template("surveys.opened", "请您填问卷", "「{title}」正在征求意见，点这里填写。")
