"""The door through which WeChat calls: checked, taken once, told to whom it concerns."""
