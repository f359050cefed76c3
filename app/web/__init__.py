"""The workbench: pages over one published snapshot, for a browser on this machine or a department's server."""
