"""Commission: what each document earns whom, stage by stage. `policy` puts the stages together."""
