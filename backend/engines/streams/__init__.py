"""New and changed orders reach open phones at once."""
