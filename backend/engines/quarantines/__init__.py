"""Genuine word from WeChat that does not agree with our books: kept, shown, ruled on."""
