"""The first page of a resident in their community."""
