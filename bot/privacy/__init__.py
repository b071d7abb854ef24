"""What people tell about themselves: found, masked, sealed."""
