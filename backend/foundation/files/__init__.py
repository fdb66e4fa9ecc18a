"""Pictures and sounds that people send: private, small, without anything hidden in them."""
