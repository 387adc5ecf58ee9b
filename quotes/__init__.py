"""Before the contract: the quote (見積) with its questionnaire, its referral to underwriting, the record of
solicitation and the application. The contract itself is left to policies, which never looks back here."""
