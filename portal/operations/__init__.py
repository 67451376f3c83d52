"""What an operator does: serving, backing up, looking after."""
