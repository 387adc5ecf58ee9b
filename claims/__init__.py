"""When it happened: taking in a claim and handing it to the insurer. Deciding cover is left to the insurer."""
