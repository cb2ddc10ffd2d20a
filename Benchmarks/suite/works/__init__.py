"""What is measured: each function measures one thing and writes it into the book."""
