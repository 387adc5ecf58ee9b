"""Before the contract: questionnaire, quote, underwriting, application. The contract itself is left to policies."""
