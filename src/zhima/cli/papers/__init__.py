"""Papers that follow from a rulebook: model card, data sheet, impact assessment."""
