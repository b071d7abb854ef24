"""Channels: one file each, all behind one port."""
