"""The yardstick for saving: a view without middleware that runs the statements of one save and nothing else."""
