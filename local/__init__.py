"""What makes the house start, test and be judged on one machine: servers, demo, mail catcher, checks."""
