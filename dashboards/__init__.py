"""Pages of Kuai: what the gate answers, drawn; no number comes from anywhere else."""
