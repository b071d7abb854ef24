"""How the service stands: what is counted, what is checked, what parts in the background say of themselves."""
