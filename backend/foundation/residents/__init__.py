"""Who lives where: encrypted, masked, and every plain reading known to the person read."""
