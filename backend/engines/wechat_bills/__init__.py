"""WeChat's daily bills of our account, fetched, checked and kept line by line."""
