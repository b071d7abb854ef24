"""The post: nothing is answered before it is stored, nothing is forgotten before it is sent."""
