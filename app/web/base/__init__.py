"""What every page of the workbench is made from: who asks, the snapshot it reads, rows, figures, pictures."""
