"""Paying through WeChat: prepay, notification, question, close; what disagrees stays outside."""
