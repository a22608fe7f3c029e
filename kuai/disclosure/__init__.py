"""Disclosure control: keys, pseudonyms, perturbation tables, cell keys, and the policy that says which rule applies."""
