"""Points for what people did: limits that hold, what looks wrong kept for a person's review."""
