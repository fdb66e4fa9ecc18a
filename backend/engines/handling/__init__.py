"""The handler's part of the loop: take, contact, arrive, resolve, and what comes between."""
