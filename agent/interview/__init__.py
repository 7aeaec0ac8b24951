"""A first dialplan out of an interview: what is asked, and the file that the answers make."""
