"""Countries and Chinese provinces from names, codes and addresses."""
