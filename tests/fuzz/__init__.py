"""Everything that clients should not send, sent."""
