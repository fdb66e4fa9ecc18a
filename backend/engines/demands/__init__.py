"""What residents say 诉求: one intake for all kinds, and the resident's part of the loop."""
