"""Telling people: the inbox is the truth, WeChat's messages are a courtesy that may fail."""
