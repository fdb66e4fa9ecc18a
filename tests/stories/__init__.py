"""Journeys through the running product, over HTTP, by the people of the sample city."""
