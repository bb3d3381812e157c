"""Where duties come from, a module each (registry.py lists them)."""
