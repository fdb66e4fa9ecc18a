"""Coming and going of who has booked: by the code on the screen, by place, or seen by the host."""
