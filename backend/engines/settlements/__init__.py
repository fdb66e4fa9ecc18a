"""What WeChat says of a day, line by line against what we say, and what became of differences."""
