"""Export files and saved answers into the warehouse, and taking an import back."""
