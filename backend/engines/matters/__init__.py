"""Matters (议题) that neighbours decide together: asked, shaped, decided, executed, followed up."""
