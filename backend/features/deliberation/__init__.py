"""共享家: matters, what neighbours say to them, and the votes that decide them, joined."""
