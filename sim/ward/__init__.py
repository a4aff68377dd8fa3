"""What happens on a ward: work, the error chain, care in three modes, physiology, rota and flow."""
