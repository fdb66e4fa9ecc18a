"""What residents write is looked at: rooms ask, and hide what WeChat finds risky."""
