"""What holds for every file that comes in: how it is kept on the disk and what an antivirus says of it."""
