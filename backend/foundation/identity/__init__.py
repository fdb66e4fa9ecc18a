"""Who people are: logins, sessions, phones, posts; administrators; leaving."""
