"""What neighbours say to a matter: by section, with pictures and likes, moderated."""
