"""Gates: devices that sign what they see, and what they are told to do."""
