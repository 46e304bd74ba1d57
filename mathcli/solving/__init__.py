"""Real solutions with a certificate: zeros of functions, inequalities, systems, behaviour at the ends of the line."""
