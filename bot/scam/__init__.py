"""Against those who pass themselves off as us: look-alike links, official channels, codes that prove who speaks."""
