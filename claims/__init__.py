"""事故受付: what a customer reports while on the phone, kept apart by date, and handed to the insurer.

Whether anything is paid is left to the insurer; the papers' looks and the journey of mail to correspondence.
"""
