"""The duty list is public to everybody who is logged in."""

from backend.core.actor import Permission


class P(Permission):
    READ = "duties.read"
