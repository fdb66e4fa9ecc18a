"""Public-welfare fairs (公益集市): the life of one, from the first draft to what it added up to."""
