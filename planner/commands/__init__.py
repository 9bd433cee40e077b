"""What the command line reads and writes: cases in, answers and lists out."""
