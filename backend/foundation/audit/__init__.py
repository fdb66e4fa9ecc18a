"""Who changed or read what: a chain of hashes per community that cannot be mended unseen."""
