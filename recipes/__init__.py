"""How each model in `transformer_lib/trained` was made: `python -m recipes.NAME` trains, scores and writes it."""
