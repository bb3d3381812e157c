"""Pages of the tree, of its relations and roles, and of the accounts that need the tree."""
