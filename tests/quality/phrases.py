"""Sentences as people and AI agents write them, sorted by hand into those that a rule must find and must not."""

from __future__ import annotations

EXACT_STEPS = [
    "Issue the 120 dollar credit to invoice 884",
    "Ring Mrs. Okafor before 5 pm and give her the tracking number",
    "Approve or decline the 15% discount",
    "Escalate to network operations with ticket INC-991",
    "Contact the carrier DHL and request a trace for parcel JD0142",
    "Schedule a technician for Thursday morning",
    "Review contract clause 4.2 and answer whether early termination is free",
    "Investigate why payment 7781 was captured twice",
    "Reply to Anna with the corrected invoice",
    "Please send the replacement charger to the address on file",
    "Check whether the part is in stock in Austin",
    "Once the part arrives, call Jim to agree a time",
    "Reissue the e-ticket for booking ZX81KL with the corrected name",
    "Dana: sign the quote",
    "Look up the serial number in the warranty database and confirm coverage to Paul",
    "Follow up with Maria by phone at 14:00 to confirm the quote",
    "Have a supervisor approve the fee waiver of $35",
    "Look into order A-1 and refund the missing item",
    "Offer a callback on Monday between 9 and 11",
    "Cancel the duplicate subscription sub_991",
    "Update the billing address on account 4471 to 9 Oak Road",
    "Handle the refund of 30 dollars via Stripe",
    "Assist Ms. Lee with exchanging the size 8 for size 9 boots",
    "Process the return of order W-77 and refund 60 dollars",
    "Resolve the double booking of room 12 by moving Mr. Kim to room 14",
    "Waive the late fee",
    "Call back Sam",
    "Provide Elena with a written quote for 3 panels",
    "Customer to be called at 14:00 about the deposit",
]
"""One exact next step each."""

VAGUE_STEPS = [
    "Follow up",
    "Follow up with the customer",
    "Look into it",
    "Look into this issue",
    "Handle the request",
    "Please assist the customer",
    "Resolve the issue",
    "Take care of the customer",
    "Help customer with their problem",
    "Contact customer",
    "Reach out to the client regarding the issue",
    "Review and advise",
    "Investigate",
    "Process accordingly",
    "Check and get back to customer",
    "TBD",
    "N/A",
    "See above",
    "Deal with complaint",
    "Take appropriate action",
    "Human agent to take over",
    "Continue assisting the user",
    "Address the customer's concerns",
    "Needs attention",
    "Further investigation required",
    "Touch base next week",
    "Sort it out asap",
    "Escalate",
    "Please review the case",
    "Get in touch",
]
"""They say only that something should be done."""

TOLD_STEPS = [
    "Customer was told to wait",
    "The customer wants a refund",
    "AI explained the policy and apologised",
    "Informed the customer about the delay",
    "User is unhappy with the response",
    "She has already received a voucher",
]
"""They tell what happened or what is wanted."""

SEVERAL_STEPS = [
    "Refund the order. Call the customer. Close the ticket.",
    "1. Refund 2. Call Ana 3. Close",
    "Refund order 12, email the receipt, and close the ticket",
    "Call Ana and then ship the box and then file the form",
    "Verify the caller's identity with the last four digits of the card, then unlock the account",
]
"""More than one step each."""

SUMMARIES = [
    "Customer cannot log in after the password change",
    "Router at Elm St. keeps dropping every evening",
    "Jane Doe needs her invoice corrected to 200 dollars",
    "Flight UA12 rebooking failed and Ms. Ito must fly tomorrow",
    "Mr. J. R. Smith disputes a $40 charge from 2 Nov.",
    "The customer requests a refund for the broken lamp",
    "Gas boiler makes a loud noise since Sunday, no heat",
    "Guest locked out of room 14 at 2 a.m.",
    "User reports 404 on the checkout page",
    "Wants to move booking 77 from Friday to Sunday",
]
"""One sentence that says what happened or what is wanted."""

TOPICS = [
    "Refund request",
    "Billing issue",
    "Customer inquiry",
    "Question about invoice",
    "Customer called about billing",
    "Delayed order",
    "Order problem for customer",
    "John contacted support regarding his order",
    "Login",
    "Complaint about service",
    "Customer has a question about pricing",
]
"""Topics."""

OPEN_DECISIONS = [
    "I cannot approve a refund myself.",
    "If it is approved, your refund comes in five days.",
    "Your refund request has been submitted for review.",
    "Your claim has not been approved yet.",
    "Once your refund is approved you get a mail.",
    "A manager decides whether your fee is waived.",
    "I have asked Dana to approve it.",
    "Has your refund been approved?",
    "I understand your card was declined.",
    "You said your request was denied by the bank.",
]
"""Nobody has decided anything here, or it was not the AI."""

MADE_DECISIONS = [
    "I have approved your refund.",
    "Your refund has been approved.",
    "We've decided to waive the fee.",
    "I've granted you a discount of 10 percent.",
    "Your claim is denied.",
    "I am waiving the fee for you.",
    "You are approved for the upgrade.",
    "We have refunded the charge.",
]
"""An AI that decides."""

NO_ALARMS = [
    "There is no fire, only the lamp.",
    "My firewall blocks it.",
    "I am not going to sue anybody.",
    "It's not an emergency.",
    "The smoke detector needs a battery.",
    "No rush, it can wait.",
    "Sue from accounting told me.",
    "I hurt for money a bit",
    "My laptop's fan is burning through battery",
    "The tennis court booking",
    "I was fired last year.",
    "The gas bill is wrong.",
]
"""Words of an alarm that are none."""

ALARMS_SAID = [
    "I can smell gas in the kitchen.",
    "The outlet is sparking, there's smoke coming out.",
    "I'll take you to court.",
    "My attorney will contact you.",
    "Someone hacked my account.",
    "I did not authorize this payment.",
    "My mother is on an oxygen concentrator.",
    "Water is pouring through the ceiling.",
    "I have chest pain.",
    "I have a newborn at home.",
]
"""What nobody may overlook."""

PROMISED = [
    "You’ll receive a call from the service team shortly after this call ends.",
    "You should receive an email confirmation shortly.",
    "You will get a call back from Dana by Friday.",
    "Thank you. You'll hear back from the office tomorrow.",
    "A technician will call you back before noon.",
    "I promise somebody calls you within the hour.",
    "We guarantee that a technician comes by Friday.",
]
"""Promises of an AI, each of them lost where commitments are empty."""

NOT_PROMISED = [
    "Would you like to get a call back tomorrow?",
    "I cannot promise somebody calls you within the hour.",
    "I promise to be honest.",
    "You will receive a code in your app when you log in.",
    "If the part is in stock, you will get an email by Friday.",
    "You should have a text with the address.",
    "I can ask whether you will hear back from them.",
]

SOLVED = [
    "Sure, I’ll give it a try… Yes, I’m in! It worked perfectly.",
    "It works now! I can scan documents without any issues.",
    "Oh, that fixed it, thanks.",
    "Great, it's working again.",
]
"""A customer who is helped."""

NOT_SOLVED = [
    "It works now, but it still takes ten minutes.",
    "It worked until Monday.",
    "It's not fixed.",
    "I hope it works fine tomorrow, the screen is still black.",
    "The scanner does not work.",
]
