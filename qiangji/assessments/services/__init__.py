"""What people do with cycles and sheets: the only writers of this app's tables."""
