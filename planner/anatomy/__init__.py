"""The built model against published anatomy: what `block-planner check --model` measures and prints."""
