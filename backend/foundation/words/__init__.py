"""Texts that people write for others to read: WeChat judges them, risky ones are hidden."""
