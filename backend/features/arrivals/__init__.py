"""The check-in wall of a fair (签到墙): who is there, counted once, named only with consent."""
