"""The desk: what staff see in a browser, at /desk."""
