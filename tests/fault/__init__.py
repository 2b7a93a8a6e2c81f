"""Networks that misbehave, scripted or over real sockets."""
