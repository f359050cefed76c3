"""What `stuckneck import` can do beside reading files: a folder, a draft of a vendor table, taking an import back."""
