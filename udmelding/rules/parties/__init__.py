"""What passes between the secretariat and one party of a case: what happened, what it asks for."""
