"""The schema, step by step; see backend/core/migrations.py."""
